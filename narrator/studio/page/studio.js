// The page of the studio: starts its parts, and keeps them in step with the server.

import { startBuild } from "./build.js";
import { startCast } from "./cast.js";
import { afterCommands, get, listen, send } from "./connection.js";
import { $, announce, debounce, el, formatShare, hideProblem, showProblem, showStatus } from "./dom.js";
import { startKeyboard } from "./keyboard.js";
import { useLanguage } from "./language.js";
import { showLibrary, startLibrary } from "./library.js";
import { orderQueue, startLine } from "./line.js";
import { count, t } from "./phrases.js";
import { forgetSpeech, isPlaying, play, startPlayer } from "./player.js";
import { startSettings } from "./settings.js";
import { currentId, emit, on, recall, state } from "./state.js";
import { listPresent, openChapter, redressAll, startText, updateLines } from "./text.js";
import { startWords } from "./words.js";

const TABS = ["line", "cast", "words", "book", "build"];

// ------------------------------------------------------------------ loading

async function loadBook() {
  const [book, uncertain, build] = await Promise.all([get("/api/book"), get("/api/uncertain"), get("/api/build")]);
  Object.assign(state, { book, build, uncertain: uncertain.lines });
  orderQueue();
  document.title = `${book.title} · narrator studio`;
  $("title").textContent = book.title;
  $("author").textContent = book.author;
  $("undo").disabled = !book.can_undo;
  await useLanguage(book.language);
  $("chapter-list").lang = book.language;
  $("play").setAttribute("aria-label", t(isPlaying() ? "Pause" : "Play"));
  drawChapters();
}

async function openBook() {
  const wasPreliminary = Boolean(state.book?.is_preliminary);
  await loadBook();
  const wanted = recall("chapter", 0);
  const numbers = state.book.chapters.map((chapter) => chapter.number);
  await openChapter(numbers.includes(wanted) ? wanted : numbers[0]);
  $("panel").hidden = $("player").hidden = Boolean(state.book.is_preliminary);
  $("work").classList.toggle("preliminary", Boolean(state.book.is_preliminary));
  if (state.book.is_preliminary) return showStatus(t("Finding out who speaks…"), { stays: true, lang: "" });
  if (wasPreliminary) showStatus("");
  emit("book");
  emit("build");
  document.body.dataset.state = "ready";
}

const refreshBook = debounce(async () => {
  try {
    await loadBook();
  } catch (error) {
    if (error.problem) showProblem(error.problem);
    return;
  }
  redressAll();
  drawPresent();
  emit("book");
  emit("uncertain");
}, 120);

// ------------------------------------------------------------------ events

function receive(event) {
  if (event.type === "lines_changed") {
    forgetSpeech(Object.keys(event.lines));
    updateLines(event.lines);
    emit("lines", event.lines);
  } else if (event.type === "book_changed") {
    forgetSpeech();
    if (event.message) { showStatus(event.message); announce(event.message); }
    if (event.is_new_text) reloadText();
    else refreshBook();
  } else if (event.type === "build_progressed") {
    const before = state.build?.state;
    state.build = event.build;
    if (before !== event.build.state) announce(event.build.message || t(event.build.step));
    emit("build");
  } else if (event.type === "announced") {
    if (event.is_problem) showProblem({ message: event.message.replace(/\.$/, "") });
    else showStatus(event.message);
  } else if (event.type === "fetch_progressed") {
    const share = event.share === null ? "" : t("Fetching {name}: {share}", { name: event.voice, share: formatShare(event.share) });
    showStatus(share, { stays: Boolean(share), lang: "" });
  } else if (event.type === "library_changed") {
    showLibrary(event.library).then((library) => {
      if (library.state === "readable") openBook();
      else if (library.state === "ready") reloadText();
    });
  }
}

async function reloadText() {
  const line = currentId();
  const number = state.chapter?.number;
  if (!state.book || state.book.is_preliminary) return openBook();
  await loadBook();
  if (!(number !== undefined && (await openChapter(number, { line })))) await openBook();
  else emit("book");
}

// ------------------------------------------------------------------ chapters, tabs and who is present

function drawChapters() {
  const current = state.chapter?.number;
  $("chapter-list").replaceChildren(...state.book.chapters.map((chapter) => el("li", {},
    el("button", {
      type: "button",
      "aria-current": chapter.number === current ? "page" : null,
      onclick: () => { openChapter(chapter.number, { focus: true }); toggleChapters(false); },
    },
    el("span", { dir: "auto" }, chapter.title),
    chapter.uncertain ? el("small", { title: t("uncertain speakers") }, `${chapter.uncertain}?`) : null))));
}

function markChapter() {
  const index = state.book.chapters.findIndex((each) => each.number === state.chapter.number);
  for (const [i, item] of [...$("chapter-list").children].entries()) {
    const button = item.firstElementChild;
    if (i === index) {
      button.setAttribute("aria-current", "page");
      if (button.offsetParent) button.scrollIntoView({ block: "nearest" });
    } else button.removeAttribute("aria-current");
  }
  drawPresent();
}

function drawPresent() {
  const present = listPresent();
  $("present").replaceChildren(...present.slice(0, 8).flatMap(({ name, lines, character }) => [
    el("span", { className: "person", data: { colour: character?.colour ?? 0 }, title: count(lines, "{count} line in this chapter", "{count} lines in this chapter") }, name), " "]));
}

function toggleChapters(isOpen) {
  $("work").classList.toggle("with-chapters", isOpen);
  $("open-chapters").setAttribute("aria-expanded", String(isOpen));
}

function openTab(name, focus = false) {
  for (const each of TABS) {
    const isChosen = each === name;
    const tab = $(`tab-${each}`);
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    $(`pane-${each}`).hidden = !isChosen;
  }
  if (focus) $(`tab-${name}`).focus();
  emit("tab", name);
}

function startTabs() {
  for (const name of TABS) $(`tab-${name}`).addEventListener("click", () => openTab(name));
  $("tabs").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = TABS.findIndex((name) => $(`tab-${name}`).getAttribute("aria-selected") === "true");
    openTab(TABS[(index + step + TABS.length) % TABS.length], true);
  });
}

// ------------------------------------------------------------------ start

function start() {
  state.weakestFirst = recall("weakest", true);
  // the events of the server may come later than the answer
  afterCommands(() => forgetSpeech());
  startTabs();
  startPlayer();
  startText(play);
  startLine();
  startCast();
  startWords();
  startSettings();
  startBuild();
  startLibrary();
  startKeyboard(openTab);
  on("chapter", markChapter);
  $("undo").addEventListener("click", () => send("undo"));
  $("open-help").addEventListener("click", () => $("help").showModal());
  $("open-chapters").addEventListener("click", () => toggleChapters(!$("work").classList.contains("with-chapters")));
  listen(
    receive,
    () => showProblem({ message: t("The studio does not answer"), hint: t("what you changed is saved; start it again if it has ended") }),
    () => { hideProblem(); forgetSpeech(); showLibrary().then((library) => { if (library.state === "ready") reloadText(); }); },
  );
  useLanguage("").then(() => showLibrary())
    .then((library) => (["ready", "readable"].includes(library.state) ? openBook() : null));
}

start();
