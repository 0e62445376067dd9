// The language of the page: that of the book, else of the browser, else English.

import { get } from "./connection.js";
import { setTranslations, t } from "./phrases.js";

let loaded = null; // the languages for which phrases were asked

// Load the phrases of the first of these languages that has any, and put them into the page.
export async function useLanguage(language) {
  const languages = [language, ...navigator.languages].filter(Boolean).join(",");
  if (languages === loaded) return;
  const view = await get(`/api/phrases?${new URLSearchParams({ languages })}`);
  loaded = languages;
  setTranslations(view.phrases);
  document.documentElement.lang = view.language;
  document.documentElement.dir = view.direction;
  translateMarkup();
}

// The elements of index.html keep their English phrases in attributes.
function translateMarkup() {
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = t(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(element.dataset.label));
  }
}
