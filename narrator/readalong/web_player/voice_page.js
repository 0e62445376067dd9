// Plays one voice at a time, and shows only the voices that fit the filters. Without this script, the
// browser's own controls play the voices.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll("#voices li")];
  const filters = [...document.querySelectorAll("#filters select")];
  let current = null; // the item that is playing
  let playsAll = false; // whether the next voice follows

  const isShown = (item) => !item.hidden;

  function stop() {
    if (!current) return;
    const audio = current.querySelector("audio");
    audio.pause();
    audio.currentTime = 0;
    mark(current, false);
    current = null;
  }

  function mark(item, isPlaying) {
    item.classList.toggle("now", isPlaying);
    label(item, isPlaying ? "Stop" : "Play");
  }

  function label(item, text) {
    const button = item.querySelector("button");
    button.textContent = text;
    button.setAttribute("aria-label", `${text} ${item.querySelector("h2").textContent}`);
  }

  function play(item) {
    stop();
    current = item;
    mark(item, true);
    item.querySelector("audio").play().catch((error) => {
      if (error.name === "AbortError") return; // it was stopped before it began
      if (current === item) stop();
      label(item, "Can't be played");
    });
  }

  function setPlaysAll(value) {
    playsAll = value;
    $("all").textContent = value ? "Stop" : "Play all";
    $("all").setAttribute("aria-pressed", String(value));
  }

  function playNext(item) {
    if (item !== current) return; // it ended just before another one was started
    mark(item, false);
    current = null;
    const next = items.slice(items.indexOf(item) + 1).find(isShown);
    if (playsAll && next) {
      play(next);
      next.scrollIntoView({ block: "nearest" });
    } else {
      setPlaysAll(false);
    }
  }

  function filter() {
    for (const item of items) {
      item.hidden = filters.some((select) => select.value && item.dataset[select.id] !== select.value);
    }
    if (current && current.hidden) {
      stop();
      setPlaysAll(false);
    }
    const count = items.filter(isShown).length;
    $("count").textContent = count === 1 ? "1 voice" : `${count} voices`;
  }

  for (const item of items) {
    const audio = item.querySelector("audio");
    audio.controls = false;
    audio.hidden = true;
    const button = item.querySelector("button");
    button.hidden = false;
    label(item, "Play");
    button.addEventListener("click", () => {
      setPlaysAll(false);
      if (current === item) stop();
      else play(item);
    });
    audio.addEventListener("ended", () => playNext(item));
  }
  for (const select of filters) select.addEventListener("change", filter);
  $("all").addEventListener("click", () => {
    const first = items.find(isShown);
    const starts = !playsAll && first;
    stop();
    setPlaysAll(Boolean(starts));
    if (starts) play(first);
  });
  $("filters").hidden = false;
})();
