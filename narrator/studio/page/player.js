// Plays lines one after the other in the voices of the book, and marks the words as they are heard.
// The next lines are made while one plays, and the next sound is loaded before it is needed.

import { get } from "./connection.js";
import { $, el, showProblem } from "./dom.js";
import { t } from "./phrases.js";
import { currentId, emit, nameOf, recall, remember, state } from "./state.js";
import { neighbour, openChapter, select, showSpoken, wrapWords } from "./text.js";

const PASSAGE_LINES = 4; // lines by which presets are compared
const AHEAD = 4; // lines that are made before they are needed
const SPEEDS = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

let sounds = [new Audio(), new Audio()]; // the one that plays, and the one that is loaded for later
let wish = 0; // counts the wishes to play, so that only the last one is fulfilled
let playing = null; // {id, speech, words, word}: what is heard now
let isOn = false;
const speeches = new Map(); // promises of SpeechViews by line

export const isPlaying = () => isOn;

function fetchSpeech(id, isAhead = false) {
  if (!speeches.has(id)) {
    const promise = get(`/api/speech/${encodeURIComponent(id)}${isAhead ? "?ahead" : ""}`);
    speeches.set(id, promise);
    promise.catch(() => speeches.delete(id));
  }
  return speeches.get(id);
}

// Forget how lines sound, because their speakers, voices or words have changed.
export function forgetSpeech(ids = null) {
  if (ids === null) speeches.clear();
  else for (const id of ids) speeches.delete(id);
}

export async function play(id, { onlyThis = false } = {}) {
  const mine = ++wish;
  const started = performance.now();
  setOn(true);
  let speech;
  try {
    speech = await fetchSpeech(id);
    if (mine === wish) await load(sounds[0], speech, id);
  } catch (error) {
    speeches.delete(id);
    if (mine === wish) fail(error);
    return;
  }
  if (mine !== wish) return;
  begin(id, speech, onlyThis, mine);
  emit("sound", { id, milliseconds: performance.now() - started });
}

// Let an element play a sound; if the server does not have it any more, ask for it again.
// It may have dropped what was made ahead of time.
async function load(sound, speech, id) {
  if (sound.dataset.url !== speech.url) {
    sound.src = speech.url;
    sound.dataset.url = speech.url;
  }
  sound.currentTime = 0;
  sound.defaultPlaybackRate = sound.playbackRate = Number($("speed").value);
  try {
    await sound.play();
  } catch (error) {
    if (error.name === "NotAllowedError" || error.name === "AbortError") throw error;
    speeches.delete(id);
    const again = await fetchSpeech(id);
    sound.src = again.url;
    sound.dataset.url = again.url;
    await sound.play();
  }
}

function begin(id, speech, onlyThis, mine) {
  showSpoken(id);
  playing = { id, speech, words: wrapWords(id, speech.words), word: -1, onlyThis };
  const line = state.lines.get(id);
  $("speaking").textContent = `${nameOf(line?.speaker)} · ${speech.voice}`;
  sounds[0].onended = () => { if (mine === wish) advance(id, onlyThis); };
  requestAnimationFrame(mark);
  if (!onlyThis) prepare(id);
}

function prepare(id) {
  let next = neighbour(id, 1);
  for (let count = 0; next && count < AHEAD; count += 1) {
    const promise = fetchSpeech(next, true);
    if (!count) {
      promise.then((speech) => {
        sounds[1].preload = "auto";
        sounds[1].src = speech.url;
        sounds[1].dataset.url = speech.url;
      }, () => {});
    } else promise.catch(() => {});
    next = neighbour(next, 1);
  }
}

async function advance(id, onlyThis) {
  if (onlyThis) return stop();
  let next = neighbour(id, 1);
  if (!next) {
    const numbers = state.book.chapters.map((chapter) => chapter.number);
    const chapter = numbers[numbers.indexOf(state.chapter.number) + 1];
    if (chapter === undefined || !(await openChapter(chapter))) return stop();
    next = [...state.lines.keys()][0];
    if (!next) return stop();
  }
  sounds.reverse();
  // the selection follows, unless somebody works on the line that is selected
  if (!$("panel").contains(document.activeElement)) select(next, { quiet: true });
  play(next);
}

function mark() {
  if (!playing || !isOn) return;
  const time = sounds[0].currentTime;
  let index = playing.words.findLastIndex((word) => word.time <= time);
  if (time > playing.speech.speech_seconds) index = -1;
  if (index !== playing.word) {
    playing.words[playing.word]?.element.classList.remove("now");
    playing.words[index]?.element.classList.add("now");
    playing.word = index;
  }
  requestAnimationFrame(mark);
}

export function stop() {
  wish += 1;
  for (const sound of sounds) sound.pause();
  playing = null;
  showSpoken(null);
  setOn(false);
  $("speaking").textContent = "";
}

export function toggle() {
  if (isOn) return stop();
  const id = currentId();
  if (id) play(id);
}

function setOn(value) {
  isOn = value;
  $("player").classList.toggle("playing", value);
  $("play").setAttribute("aria-label", t(value ? "Pause" : "Play"));
}

function fail(error) {
  stop();
  if (error.problem?.message) showProblem(error.problem);
  else if (error.name !== "AbortError") showProblem({ message: t("The browser can’t play this: {reason}", { reason: error.message }) });
}

// ------------------------------------------------------------------ sounds that are not of the text

// Play the sound of an audition to its end; return false if something else was played meanwhile.
export async function playOnce(path) {
  stop();
  const mine = ++wish;
  setOn(true);
  try {
    const speech = await get(path);
    if (mine !== wish) return false;
    $("speaking").textContent = speech.voice;
    const sound = sounds[0];
    sound.src = speech.url;
    sound.dataset.url = speech.url;
    sound.playbackRate = Number($("speed").value);
    const end = new Promise((resolve) => { sound.onended = resolve; sound.onpause = resolve; });
    await sound.play();
    emit("sound", { id: speech.line });
    await end;
    if (mine !== wish) return false;
    stop();
    return true;
  } catch (error) {
    if (mine === wish) fail(error);
    return false;
  }
}

export function startPlayer() {
  for (const speed of SPEEDS) $("speed").append(el("option", { value: speed }, `${speed} ×`));
  $("speed").value = String(recall("speed", 1));
  $("speed").addEventListener("change", () => {
    remember("speed", Number($("speed").value));
    for (const sound of sounds) sound.playbackRate = Number($("speed").value);
  });
  $("play").addEventListener("click", toggle);
}

// For tests: the element that plays now.
export const currentSound = () => sounds[0];

// Play some lines from one on in other pauses or at another loudness, to compare them.
export async function playPassage(id, values) {
  let next = id;
  for (let count = 0; next && count < PASSAGE_LINES; count += 1) {
    const isHeard = await playOnce(`/api/speech/${encodeURIComponent(next)}?${new URLSearchParams(values)}`);
    if (!isHeard) return;
    next = neighbour(next, 1);
  }
}
