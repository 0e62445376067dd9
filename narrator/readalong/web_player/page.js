// Plays a book and highlights the words as they are spoken. Browsers do not let a page that is opened
// from the disk fetch files, so the book and its chapters are scripts that call `readalong.book` and
// `readalong.chapter`. The text of the book is inserted as text nodes, never as markup.
"use strict";

const readalong = (() => {
  const $ = (id) => document.getElementById(id);
  const audio = $("audio");
  const SPEEDS = [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];
  const NONCE = document.currentScript.nonce; // without which the page loads no script
  const KEPT = 3; // how many chapters have their text in memory

  let book = null;
  let current = -1; // the number of the chapter on the page
  let lines = []; // its lines: {element, start, end, speaker, words: [{element, start, end}]}
  let line = -1; // the index of the line that is spoken now
  let word = null; // the element of the word that is spoken now
  let wanted = null; // what to do once the text of a chapter is loaded: {chapter, time, play}
  let moved = 0; // when the reader last scrolled, in milliseconds
  const chapters = new Map(); // chapter texts by number; the one that was used last comes last

  // ------------------------------------------------------------------ settings and position in storage

  const settings = { speed: 1, theme: "auto", size: "100", names: false, follow: true, keys: true };

  function remember() {
    if (!book) return;
    try {
      localStorage.setItem("readalong", JSON.stringify(settings));
      const place = { chapter: current, time: audio.currentTime };
      localStorage.setItem(`readalong:${book.key}`, JSON.stringify(place));
    } catch { /* the browser does not allow storage: nothing is remembered */ }
  }

  function recall(key) {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  }

  // ------------------------------------------------------------------ loading

  function start(given) {
    book = given;
    Object.assign(settings, recall("readalong"));
    for (const [number, chapter] of book.chapters.entries()) {
      $("chapters").append(new Option(chapter.title, number));
    }
    for (const speed of SPEEDS) $("speed").append(new Option(`${speed} ×`, speed));
    for (const speaker of book.speakers) $("legend").append(legend(speaker));
    apply();
    const place = recall(`readalong:${book.key}`);
    const chapter = book.chapters[place.chapter] ? place.chapter : 0;
    open(chapter, place.time || 0, false);
  }

  function legend(speaker) {
    const item = document.createElement("li");
    item.textContent = speaker.name;
    item.title = `voice: ${speaker.voice}`;
    if (speaker.colour) item.dataset.colour = speaker.colour;
    return item;
  }

  function open(number, time, play) {
    if (!book.chapters[number]) return;
    wanted = { chapter: number, time, play };
    if (chapters.has(number)) return show();
    const script = document.createElement("script");
    script.nonce = NONCE;
    script.src = book.chapters[number].text;
    script.onload = () => script.remove();
    script.onerror = () => tell(`${book.labels.unplayable}: ${book.chapters[number].text}`);
    document.head.append(script);
  }

  function arrived(number, text) {
    chapters.set(number, text);
    if (wanted && wanted.chapter === number) show();
  }

  // ------------------------------------------------------------------ the text

  function show() {
    const { chapter, time, play } = wanted;
    wanted = null;
    tell("");
    if (chapter !== current) {
      const text = chapters.get(chapter);
      chapters.delete(chapter);
      chapters.set(chapter, text);
      for (const old of [...chapters.keys()].slice(0, -KEPT)) chapters.delete(old);
      current = chapter;
      lines = [];
      line = -1;
      word = null;
      $("text").replaceChildren(...text.paragraphs.flatMap(paragraph));
      $("chapters").value = chapter;
      $("previous").disabled = chapter === 0;
      $("next").disabled = chapter === book.chapters.length - 1;
      $("length").textContent = clock(book.chapters[chapter].seconds);
      $("seek").max = book.chapters[chapter].seconds;
      audio.src = book.chapters[chapter].audio;
      audio.defaultPlaybackRate = audio.playbackRate = settings.speed;
      window.scrollTo(0, 0);
      announce();
    }
    go(time);
    if (play) audio.play().catch((error) => tell(`${book.labels.unplayable}: ${error.message}`));
  }

  function paragraph({ form, scene, title, lines: said }) {
    const block = document.createElement(form === "heading" ? "h2" : "p");
    if (title) block.textContent = title;
    if (form !== "heading" && form !== "text") block.className = form;
    let before = null;
    for (const one of said) {
      const speaker = book.speakers[one.speaker];
      if (one.speaker && one.speaker !== before) block.append(label(speaker));
      block.append(spoken(one, speaker));
      before = one.speaker || before; // a "he said" of the narrator is not a change of speaker
    }
    if (!scene) return [block];
    const rule = document.createElement("hr");
    rule.className = "scene";
    return [rule, block];
  }

  function label(speaker) {
    const name = document.createElement("span");
    name.className = "name";
    name.dataset.colour = speaker.colour;
    name.textContent = speaker.name;
    return name;
  }

  function spoken(one, speaker) {
    const element = document.createElement("span");
    element.className = "line";
    if (speaker.colour) element.dataset.colour = speaker.colour;
    const words = one.words.map((text, i) => {
      const span = document.createElement(one.emphasis?.includes(i) ? "em" : "span");
      span.className = "word";
      span.textContent = text.trimEnd();
      element.append(span, text.slice(span.textContent.length));
      return { element: span, start: one.times[i], end: one.times[i + 1] ?? one.end };
    });
    element.dataset.line = lines.length;
    lines.push({ element, speaker: one.speaker, start: one.times[0], end: one.end, words });
    return element;
  }

  // ------------------------------------------------------------------ highlighting

  // Return the index of the last range that begins at or before a time, or -1 if there is none.
  function last(ranges, time) {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranges[middle].start <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function mark() {
    const time = audio.currentTime;
    const found = last(lines, time);
    if (found !== line) {
      if (lines[line]) lines[line].element.classList.remove("spoken");
      line = found;
      if (lines[line]) lines[line].element.classList.add("spoken");
      speaking();
      follow();
    }
    const words = lines[line] && time < lines[line].end ? lines[line].words : [];
    const now = words[last(words, time)]?.element ?? null;
    if (now === word) return;
    word?.classList.remove("now");
    now?.classList.add("now");
    word = now;
  }

  function speaking() {
    const speaker = lines[line] ? book.speakers[lines[line].speaker] : null;
    $("speaking").textContent = speaker ? speaker.name : "";
    $("speaking").dataset.colour = speaker?.colour || "";
    for (const [i, item] of [...$("legend").children].entries()) {
      item.classList.toggle("active", book.speakers[i] === speaker);
    }
  }

  function follow() {
    if (!settings.follow || !lines[line] || Date.now() - moved < 4000) return;
    const { top, bottom } = lines[line].element.getBoundingClientRect();
    const floor = $("player").getBoundingClientRect().top;
    if (top > 40 && bottom < floor - 40) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const y = window.scrollY + top - floor / 3;
    window.scrollTo({ top: y, behavior: still || audio.paused ? "auto" : "smooth" });
  }

  function tick() {
    mark();
    if (!audio.paused) requestAnimationFrame(tick);
  }

  // ------------------------------------------------------------------ navigation

  function go(time) {
    audio.currentTime = Math.max(0, time);
    moved = 0;
    mark();
    progress();
  }

  function sentence(step) {
    const time = audio.currentTime;
    let target = last(lines, time) + step;
    // Going back first leads to the beginning of the current sentence.
    if (step < 0 && lines[target + 1] && time - lines[target + 1].start > 1.5) target += 1;
    if (target >= lines.length) open(current + 1, 0, !audio.paused);
    else go(lines[Math.max(target, 0)]?.start ?? 0);
  }

  function toggle() {
    if (audio.paused) audio.play().catch((error) => tell(`${book.labels.unplayable}: ${error.message}`));
    else audio.pause();
  }

  function faster(step) {
    const at = SPEEDS.indexOf(Number(settings.speed));
    set("speed", SPEEDS[Math.min(Math.max(at + step, 0), SPEEDS.length - 1)]);
  }

  function clicked(event) {
    const found = event.target.closest(".word");
    if (!found || String(getSelection())) return;
    const { words } = lines[found.parentElement.dataset.line];
    go(words.find(({ element }) => element === found).start);
    if (audio.paused) toggle();
  }

  // ------------------------------------------------------------------ settings

  function set(name, value) {
    settings[name] = value;
    apply();
    remember();
  }

  function apply() {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = settings.theme === "auto" ? (dark ? "dark" : "light") : settings.theme;
    root.style.fontSize = `${settings.size}%`;
    root.classList.toggle("with-names", settings.names);
    audio.defaultPlaybackRate = audio.playbackRate = settings.speed;
    for (const name of ["speed", "theme", "size"]) $(name).value = settings[name];
    for (const name of ["names", "follow", "keys"]) $(name).checked = settings[name];
  }

  // ------------------------------------------------------------------ the player

  function progress() {
    $("seek").value = audio.currentTime;
    $("seek").setAttribute("aria-valuetext", clock(audio.currentTime));
    $("time").textContent = clock(audio.currentTime);
  }

  function clock(seconds) {
    const whole = Math.floor(seconds || 0);
    const minutes = Math.floor(whole / 60) % 60;
    const parts = [minutes, String(whole % 60).padStart(2, "0")];
    if (whole >= 3600) parts.splice(0, 1, Math.floor(whole / 3600), String(minutes).padStart(2, "0"));
    return parts.join(":");
  }

  function tell(message) {
    $("message").hidden = !message;
    $("message").textContent = message;
  }

  function announce() {
    document.title = `${book.chapters[current].title} · ${book.title}`;
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: book.chapters[current].title,
      artist: book.author,
      album: book.title,
    });
    navigator.mediaSession.setActionHandler("previoustrack", () => open(current - 1, 0, true));
    navigator.mediaSession.setActionHandler("nexttrack", () => open(current + 1, 0, true));
  }

  function playing(whether) {
    document.body.classList.toggle("playing", whether);
    $("play").setAttribute("aria-label", whether ? book.labels.pause : book.labels.play);
    if (whether) tick();
    else remember();
  }

  const KEYS = {
    " ": toggle,
    ArrowLeft: () => sentence(-1),
    ArrowRight: () => sentence(1),
    "[": () => open(current - 1, 0, !audio.paused),
    "]": () => open(current + 1, 0, !audio.paused),
    "-": () => faster(-1),
    "+": () => faster(1),
    "=": () => faster(1),
    d: () => set("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"),
    n: () => set("names", !settings.names),
  };

  function pressed(event) {
    const own = event.key === " " ? "button, summary, a, " : ""; // elements that use the space bar
    const busy = event.target.closest(`${own}select, input, dialog`);
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !settings.keys) return;
    const act = KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    if (!act || !book) return;
    event.preventDefault();
    act();
  }

  document.addEventListener("keydown", pressed);
  for (const kind of ["wheel", "touchmove"]) {
    document.addEventListener(kind, () => (moved = Date.now()), { passive: true });
  }
  window.addEventListener("pagehide", remember);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);

  audio.addEventListener("play", () => playing(true));
  audio.addEventListener("pause", () => playing(false));
  audio.addEventListener("seeked", mark);
  audio.addEventListener("timeupdate", progress);
  audio.addEventListener("ended", () => open(current + 1, 0, true));
  audio.addEventListener("error", () => tell(`${book.labels.unplayable}: ${book.chapters[current].audio}`));
  setInterval(() => audio.paused || remember(), 5000);

  $("text").addEventListener("click", clicked);
  $("play").addEventListener("click", toggle);
  $("back").addEventListener("click", () => sentence(-1));
  $("forward").addEventListener("click", () => sentence(1));
  $("previous").addEventListener("click", () => open(current - 1, 0, !audio.paused));
  $("next").addEventListener("click", () => open(current + 1, 0, !audio.paused));
  $("seek").addEventListener("input", () => go(Number($("seek").value)));
  $("chapters").addEventListener("change", () => open(Number($("chapters").value), 0, !audio.paused));
  $("settings-open").addEventListener("click", () => $("settings").showModal());
  for (const name of ["speed", "theme", "size"]) {
    $(name).addEventListener("change", () => set(name, name === "speed" ? Number($(name).value) : $(name).value));
  }
  for (const name of ["names", "follow", "keys"]) {
    $(name).addEventListener("change", () => set(name, $(name).checked));
  }
  if (matchMedia("(max-width: 48rem)").matches) $("cast").open = false;

  return { book: start, chapter: arrived };
})();
