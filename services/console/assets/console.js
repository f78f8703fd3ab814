// Our own few lines. Pages work without them; they make waiting and keyboard work kinder.
(() => {
  // Ctrl+Enter (or ⌘+Enter) in a text box sends its form, as people who write much expect.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("textarea, input")?.form;
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // A second click on a button must not send a command twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Coming back with the browser's Back button shows the form as it was: it may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // An example fills the box; it is never sent by itself.
  document.addEventListener("click", (event) => {
    const example = event.target.closest?.("[data-fills]");
    if (!example) return;
    const box = document.getElementById(example.dataset.fills);
    box.value = example.textContent.trim();
    box.focus();
  });

  // The stream broke: say so, keep the page; htmx reconnects by itself.
  const banner = () => document.getElementById("connection-lost");
  document.addEventListener("htmx:sse:error", () => banner()?.removeAttribute("hidden"));
  document.addEventListener("htmx:sse:after:connection", () => banner()?.setAttribute("hidden", ""));

  // What was waited for is there: go on to it.
  document.addEventListener("htmx:after:swap", () => {
    const on = document.querySelector("[data-goes]");
    if (on) location.assign(on.href);
  });

  // Unsaved edits survive a careless click.
  let dirty = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("[data-guards]")) dirty = true;
  });
  document.addEventListener("submit", (event) => {
    dirty = false;
    keep(event.target);
  });
  // A session that ended must not cost the text: it is kept until the page stands again after signing in.
  const KEPT = "patchbay-kept";
  const here = () => location.pathname + location.search;
  const keep = (form) => {
    const boxes = [...form.querySelectorAll("[data-guards]")].map((box) => [box.id, box.value]);
    if (boxes.length) sessionStorage.setItem(KEPT, JSON.stringify({ here: here(), boxes }));
  };
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept && !location.pathname.startsWith("/sign-in")) {
    sessionStorage.removeItem(KEPT);
    for (const [id, value] of kept.here === here() ? kept.boxes : []) {
      const box = document.getElementById(id);
      if (box) box.value = value;
    }
  }
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
})();
