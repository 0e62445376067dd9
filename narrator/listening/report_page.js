// Plays one line at a time. Without this script, the browser's own controls play the lines.
"use strict";

(() => {
  const items = [...document.querySelectorAll("#lines li")].filter((item) => item.querySelector("audio"));
  let current = null; // the item that is playing

  function label(item, text) {
    const button = item.querySelector("button");
    button.textContent = text;
    button.setAttribute("aria-label", `${text} ${item.querySelector("h3").textContent}`);
  }

  function stop() {
    if (!current) return;
    const item = current;
    current = null;
    const audio = item.querySelector("audio");
    audio.pause();
    audio.currentTime = 0;
    item.classList.remove("now");
    label(item, "Play");
  }

  function play(item) {
    stop();
    current = item;
    item.classList.add("now");
    label(item, "Stop");
    item.querySelector("audio").play().catch((error) => {
      if (error.name === "AbortError") return; // it was stopped before it began
      if (current === item) stop();
      label(item, "Can't be played");
      document.getElementById("status").textContent = "This line can't be played.";
    });
  }

  for (const item of items) {
    const audio = item.querySelector("audio");
    audio.controls = false;
    audio.hidden = true;
    const button = item.querySelector("button");
    button.hidden = false;
    label(item, "Play");
    button.addEventListener("click", () => (current === item ? stop() : play(item)));
    audio.addEventListener("ended", () => {
      if (current === item) stop();
    });
  }

  // the page follows the system's choice of light or dark
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => { document.documentElement.dataset.theme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", paint);
  paint();
})();
