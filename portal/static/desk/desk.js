// The desk's pages beyond what htmx does: the reply's keys, the ready answers, and what is said when the site is silent.
// Nothing here is needed: each form works without it.

"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const textOf = () => byId("texte");
  const NEAR = 80;

  // The reply ------------------------------------------------------------------------------------------------------

  let sent = "";

  /** Characters as the server counts them: what is beyond the basic plane is one. */
  const length = (text) => [...text].length;

  const count = () => {
    const text = textOf();
    const left = Number(text.dataset.limite) - length(text.value.trim());
    byId("compte").textContent =
      left < 0 ? `${(-left).toLocaleString("fr-FR")} caractères en trop` : left < 400 ? `Encore ${left} caractères` : "";
    return left >= 0;
  };

  document.addEventListener("input", (event) => {
    if (event.target === textOf()) count();
  });

  document.addEventListener("keydown", (event) => {
    const text = textOf();
    if (event.target !== text || event.key !== "Enter" || event.isComposing) return;
    const sends = event.ctrlKey || event.metaKey || ("entree" in text.dataset && !event.shiftKey && !event.altKey);
    if (!sends) return;
    event.preventDefault();
    text.form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const text = textOf();
    if (text === null || event.target !== text.form) return;
    if (text.value.trim() === "" || !count()) {
      event.preventDefault();
      event.stopPropagation();
      text.focus();
    }
  }, true);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "reponse") sent = textOf().value;
  });

  // What was typed while the reply was on its way stays.
  document.addEventListener("dit", () => {
    const text = textOf();
    if (text.value.startsWith(sent)) text.value = text.value.slice(sent.length).replace(/^\n+/, "");
    sent = "";
    count();
  });

  // The ready answers ----------------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-reponse]");
    const text = textOf();
    if (!link || text === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const before = text.value.trimEnd();
    text.value = before === "" ? link.dataset.reponse : `${before}\n\n${link.dataset.reponse}`;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
    count();
  });

  // The log follows whoever reads its end --------------------------------------------------------------------------

  const journal = byId("journal");
  let follows = true;
  const toEnd = () => {
    if (follows) journal.scrollTop = journal.scrollHeight;
  };
  if (journal !== null) {
    toEnd();
    journal.addEventListener("scroll", () => {
      follows = journal.scrollHeight - journal.clientHeight - journal.scrollTop < NEAR;
    });
    new MutationObserver(toEnd).observe(byId("fil"), { childList: true });
  }

  // The queue keeps the focus even when the line that had it is gone -------------------------------------------------

  let wasInQueue = false;
  document.addEventListener("htmx:beforeSwap", () => {
    wasInQueue = document.activeElement?.closest("#file") != null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (wasInQueue && document.activeElement === document.body) byId("titre-file")?.focus();
    wasInQueue = false;
  });

  // When the site does not answer, or answers somebody else ---------------------------------------------------------

  const show = (id, isShown) => {
    const notice = byId(id);
    if (notice.hidden === isShown) notice.hidden = !isShown;
  };
  for (const silence of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(silence, () => show("coupure", true));
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401 || status === 403 || status === 404) show("session-finie", true);
    else if (status !== 0) show("coupure", status >= 500); // 0: called off, or told above
  });
})();
