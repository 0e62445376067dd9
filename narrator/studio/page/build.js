// Building the audiobook: formats, progress per chapter, and what was made.

import { get, send } from "./connection.js";
import { $, el, formatTime, showProblem } from "./dom.js";
import { speakAgain } from "./line.js";
import { t } from "./phrases.js";
import { play } from "./player.js";
import { drawWhenShown, recall, remember, state } from "./state.js";
import { openChapter, select } from "./text.js";

const checks = new Map(); // CheckViews by the number of the file

function draw() {
  const { build, book } = state;
  if (!build || !book) return;
  const pane = $("pane-build");
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : "";
  const isRunning = build.state === "running";
  pane.replaceChildren(
    el("h2", {}, t("Build")),
    drawStart(isRunning),
    ...(build.state === "none" ? [] : drawProgress(build, isRunning)),
    ...drawFiles(build),
    ...drawSuspects(build),
    el("p", { className: "hint" }, t("The same on the command line:")),
    el("pre", { tabIndex: 0 }, el("code", {}, describeCommand())),
    drawChapters(build),
  );
  if (focused) $(focused)?.focus();
}

function drawStart(isRunning) {
  const format = el("select", { id: "format" }, ...state.book.options.formats.map((name) => el("option", { value: name }, name)));
  format.value = recall("format", "mp3");
  format.addEventListener("change", () => { remember("format", format.value); draw(); });
  const isSplit = el("input", { id: "split", type: "checkbox", checked: recall("split", false) });
  isSplit.addEventListener("change", () => { remember("split", isSplit.checked); draw(); });
  const start = () => { checks.clear(); send("start_build", { format: format.value, is_split: isSplit.checked }); };
  const label = { stopped: t("Continue"), failed: t("Try again") }[state.build.state] ?? t("Build");
  return el("div", { className: "fields" },
    el("label", { for: "format" }, t("Format")), format,
    el("label", { for: "split" }, t("A file per chapter")), el("span", {}, isSplit),
    isRunning
      ? el("button", { id: "stop-build", type: "button", onclick: () => send("stop_build") }, t("Stop"))
      : el("button", { id: "start-build", type: "button", className: "main", onclick: start }, label));
}

// The command that makes the same files as the button.
function describeCommand() {
  const format = recall("format", "mp3");
  return [
    state.book.options.command,
    ...(format === "mp3" ? [] : ["--format", format]),
    ...(recall("split", false) ? ["--split", "chapters"] : []),
  ].join(" ");
}

function drawProgress(build, isRunning) {
  const left = build.seconds_left === null ? "" : ` · ${t("{time} left", { time: formatTime(build.seconds_left) })}`;
  const text = isRunning ? `${t(build.step)} · ${Math.round(build.share * 100)} %${left}` : t(build.message);
  return [
    el("progress", { max: 1, value: build.share, "aria-label": t("Progress of the build") }),
    el("p", { id: "build-text", className: build.state === "failed" ? "warning" : "" }, text),
  ];
}

function drawFiles(build) {
  if (!build.files.length) return [];
  return [el("h3", {}, `${t("Made")} · ${formatTime(build.seconds)}`), el("ul", { className: "files" }, ...build.files.map((file) => el("li", {},
    el("a", { href: `/api/files/${file.number}`, download: file.name }, t("Download {name}", { name: file.name })),
    el("small", {}, ` ${(file.size / 1e6).toFixed(1)} MB`), " ",
    file.can_check ? el("button", { type: "button", onclick: () => check(file.number) }, t("Check")) : null,
    file.can_check ? el("audio", { controls: true, preload: "none", src: `/api/files/${file.number}?play` }) : null,
    checks.has(file.number) ? drawCheck(checks.get(file.number)) : null))),
    build.share_url
      ? el("p", {}, `${t("On a phone in the same network, open")} `, el("strong", { className: "address" }, build.share_url))
      : el("button", { id: "share", type: "button", onclick: () => send("share_files") }, t("Send to a phone")),
  ];
}

// Lines whose sound may be wrong: each can be heard, spoken once more, and looked at in the text.
function drawSuspects(build) {
  if (build.state !== "finished") return [];
  if (!build.suspects.length) return [el("p", { id: "suspects" }, t("The sound of every line was judged, and none is suspect."))];
  return [el("h3", { id: "suspects" }, `${t("Suspect lines")} · ${build.suspects.length}`),
    el("p", { className: "hint" }, t("Their sound may be wrong. After another take, build again: only that line is spoken.")),
    el("ul", { className: "suspects" }, ...build.suspects.map((each) => el("li", {},
      el("button", { type: "button", className: "hear", "aria-label": t("Hear {name}", { name: each.text.slice(0, 60) }), onclick: () => play(each.line, { onlyThis: true }) }, "▶"), " ",
      el("q", { dir: "auto", lang: state.book.language }, each.text.slice(0, 80)), " ",
      el("small", { className: "warning", lang: "en" }, each.flaws.join(", ")), " ",
      state.book.can_correct ? el("button", { type: "button", className: "small", onclick: () => speakAgain(each.line) }, t("Another take")) : null, " ",
      el("button", { type: "button", className: "small", onclick: () => openChapter(each.chapter, { line: each.line, focus: true }) }, t("Show")))))];
}

async function check(number) {
  checks.set(number, "…");
  draw();
  const view = await get(`/api/checks/${number}`).catch((error) => { showProblem(error.problem); return null; });
  if (view) checks.set(number, view);
  else checks.delete(number);
  draw();
}

function drawCheck(view) {
  if (view === "…") return el("p", {}, t("Measuring…"));
  const profiles = [...new Set(view.limits.map((limit) => limit.profile))];
  return el("div", { className: "check", lang: "en" },
    el("dl", {}, ...view.facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    ...profiles.map((profile) => {
      const missed = view.limits.filter((limit) => limit.profile === profile && !limit.passed);
      const text = missed.length ? missed.map((limit) => `${limit.name} is ${limit.value}`).join(", ") : "all limits are kept";
      return el("p", { className: missed.length ? "warning" : "" }, `${profile}: ${text}`);
    }));
}

// The chapters with their progress; those that are finished can be played while others are spoken.
function drawChapters(build) {
  if (build.state === "none") return el("p", {}, t("Chapters can be heard as soon as they are spoken."));
  const titles = new Map(state.book.chapters.map((chapter) => [chapter.number, chapter.title]));
  return el("ul", { className: "chapters" }, ...Object.entries(build.chapters).map(([number, share]) => el("li", {},
    el("span", {}, titles.get(Number(number)) ?? t("Credits")), " ",
    el("meter", { min: 0, max: 1, value: share, "aria-label": `${Math.round(share * 100)} %` }), " ",
    share >= 1 && titles.has(Number(number))
      ? el("button", { type: "button", "aria-label": t("Play {name}", { name: titles.get(Number(number)) }), onclick: () => playChapter(Number(number)) }, "▶")
      : null)));
}

async function playChapter(number) {
  if (!(await openChapter(number))) return;
  const first = [...state.lines.keys()][0];
  select(first);
  play(first);
}

export function startBuild() {
  drawWhenShown("build", ["build", "book"], draw);
}
