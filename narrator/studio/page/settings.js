// The whole book: pauses, loudness, what is read besides the story, and what players show.

import { send, upload } from "./connection.js";
import { $, el } from "./dom.js";
import { t } from "./phrases.js";
import { playPassage } from "./player.js";
import { currentId, drawWhenShown, state } from "./state.js";

function draw() {
  if (!state.book) return;
  const { options, notes, files } = state.book;
  const pane = $("pane-book");
  const focused = pane.contains(document.activeElement) ? document.activeElement.id : "";
  pane.replaceChildren(
    el("h2", {}, t("Book")),
    drawPresets(t("Pauses"), t("Hear a passage with these pauses: {name}"), options.pauses_choices, options.pauses, (preset) => send("set_pauses", { preset }), "pauses"),
    drawPresets(t("Loudness"), t("Hear a passage at this loudness: {name}"), options.loudness_choices, options.loudness, (loudness) => send("set_options", { loudness }), "loudness"),
    el("div", { className: "fields" },
      ...choice("delivery", t("Delivery"), [["natural", t("as the book says")], ["plain", t("plain")]], options.delivery),
      ...choice("matter", t("Front and back matter"), [["skip", t("leave out")], ["keep", t("read")]], options.matter),
      ...choice("notes", t("Notes"), options.notes_choices.map((each) => [each, t(each)]), options.notes),
      ...choice("credits", t("Credits"), [["false", t("none")], ["true", t("title, author and narrator")]], String(options.credits))),
    el("p", { className: "hint" }, t("Loudness, matter, notes and credits are kept in narrator.toml, for all books of the folder.")),
    el("h3", {}, t("What players show")),
    drawCover(options),
    el("div", { className: "fields" }, ...Object.entries(options.about).flatMap(([key, value]) => field(key, value))),
    el("h3", {}, t("Files beside the book")),
    el("p", {}, files.length ? files.join(", ") : t("None yet: the first change makes one.")),
    notes.length ? el("h3", {}, t("Remarks")) : null,
    el("ul", { lang: "en" }, ...notes.map((note) => el("li", {}, note))),
  );
  if (focused) $(focused)?.focus();
}

// A group of presets, each with a button that plays a passage in it.
function drawPresets(label, hearing, choices, value, choose, parameter) {
  return el("fieldset", { className: "presets" }, el("legend", {}, label),
    ...choices.map((name) => el("div", {},
      el("label", {},
        el("input", { type: "radio", id: `${parameter}-${name}`, name: parameter, value: name, checked: name === value, onchange: () => choose(name) }),
        ` ${t(name)}`),
      el("button", { type: "button", className: "hear", "aria-label": hearing.replace("{name}", t(name)),
        onclick: () => playPassage(currentId(), { [parameter]: name }) }, "▶"))));
}

function choice(id, label, choices, value) {
  const select = el("select", { id: `option-${id}` }, ...choices.map(([key, text]) => el("option", { value: key }, text)));
  select.value = value;
  select.addEventListener("change", () => send("set_options", { [id]: id === "credits" ? select.value === "true" : select.value }));
  return [el("label", { for: `option-${id}` }, label), select];
}

const LABELS = {
  title: "Title", author: "Author", subtitle: "Subtitle", series: "Series", "series-index": "Number in the series",
  "narrated-by": "Narrated by", publisher: "Publisher", year: "Year", genre: "Genre", description: "Description",
  isbn: "ISBN", asin: "ASIN",
};

function field(key, value) {
  const id = `about-${key}`;
  const input = key === "description"
    ? el("textarea", { id, maxLength: 5000, rows: 4, value })
    : el("input", { id, type: "text", maxLength: 500, value });
  input.addEventListener("change", () => send("set_about", { key, value: input.value }));
  return [el("label", { for: id }, t(LABELS[key] ?? key)), input];
}

function drawCover(options) {
  const file = el("input", { id: "cover", type: "file", accept: "image/*" });
  file.addEventListener("change", () => { if (file.files[0]) upload("/api/cover", file.files[0]); });
  return el("div", { className: "cover" },
    options.has_cover ? el("img", { src: `/api/cover?${state.book.revision}`, alt: t("Cover") }) : el("p", {}, t("The book has no cover.")),
    el("p", {}, el("label", { for: "cover" }, `${t("Another cover:")} `), file, " ",
      options.is_own_cover ? el("button", { type: "button", onclick: () => send("set_about", { key: "cover", value: "" }) }, t("That of the book")) : null));
}

export function startSettings() {
  drawWhenShown("book", ["book"], draw);
}
