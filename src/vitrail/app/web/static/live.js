// What makes pages quicker where a form has `data-live`; without it, every button still works.
// What is typed is sent after a pause. Elements of the answer with `data-part` and an id take the place
// of those on the page; the place of the cursor stays.
(() => {
  const PAUSE = 220;
  const waiting = new WeakMap(), asking = new WeakMap();
  let typedIn = null;  // the field whose changes are the newest step of the history
  const trouble = (is) => { const e = document.getElementById("trouble"); if (e) e.hidden = !is; };

  // How to find an element again: by its id, or a button or box by what it sends.
  const way = (e) => e.id ? "#" + CSS.escape(e.id)
    : e.name && e.value ? `[name="${CSS.escape(e.name)}"][value="${CSS.escape(e.value)}"]` : "";
  const found = (was) => was && document.querySelector(was.way);

  const place = () => {
    const e = document.activeElement;
    if (!e || !way(e)) return null;
    let at = null;
    try { at = [e.selectionStart, e.selectionEnd]; } catch { /* has no cursor */ }
    return { way: way(e), name: e.name, value: e.value, at };
  };

  const back = (was) => {
    const e = found(was);
    if (!e || e === document.activeElement) return;
    e.focus({ preventScroll: true });
    if (was.at && was.at[0] !== null) try { e.setSelectionRange(...was.at); } catch { /* has no cursor */ }
  };

  const swap = (text, acted, sent) => {
    const answer = new DOMParser().parseFromString(text, "text/html");
    const was = place();
    for (const part of answer.querySelectorAll("[data-part]")) {
      const here = document.getElementById(part.id);
      if (!here || here.isEqualNode(part)) continue;
      for (const each of here.querySelectorAll("details[open][id]")) {
        const again = part.querySelector("#" + CSS.escape(each.id));
        if (again) again.open = true;
      }
      here.replaceWith(part);
    }
    const next = acted && document.querySelector("[data-next]");
    if (next) { next.removeAttribute("data-next"); next.focus(); next.scrollIntoView({ block: "nearest" }); }
    else back(was);
    const e = found(was);
    if (e && acted && was.name && e.type === "text" && sent.get(was.name) !== was.value) {
      e.value = was.value;  // typed while the answer was on its way
      e.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const send = async (form, { submitter = null, acted = false } = {}) => {
    clearTimeout(waiting.get(form));
    asking.get(form)?.abort();
    const stop = new AbortController();
    asking.set(form, stop);
    const fields = new URLSearchParams(new FormData(form));
    if (submitter?.name) fields.append(submitter.name, submitter.value);
    const reads = form.method === "get";
    const address = reads ? form.action.split("?")[0] + "?" + fields : form.action;
    const headers = { "X-Live": acted ? "act" : "type", "X-Requested-With": "live" };
    document.documentElement.classList.add("busy");
    try {
      const answer = await fetch(address, {
        method: form.method, headers, body: reads ? null : fields, signal: stop.signal,
      });
      if (answer.redirected) { location.assign(answer.url); return; }
      const text = await answer.text();
      if (stop.signal.aborted) return;
      if (!text.includes("data-part")) throw new Error(String(answer.status));
      swap(text, acted, fields);
      trouble(false);
      const shown = answer.headers.get("X-Address") || (reads && address);
      const here = acted ? null : document.activeElement?.id || null;
      const step = !reads && shown && shown !== location.pathname + location.search && (acted || here !== typedIn);
      if (shown) history[step ? "pushState" : "replaceState"]({ live: 1 }, "", shown);
      if (shown) document.getElementById("next").value = shown;
      typedIn = here;
    } catch (error) {
      if (error.name !== "AbortError") trouble(true);
    } finally {
      if (asking.get(form) === stop) document.documentElement.classList.remove("busy");
    }
  };

  // An element with `data-again` says that the page is not finished: it is asked for again after so many seconds.
  // Its parts are renewed; once nothing is unfinished, the whole page is, unless its parts were all that waited.
  const again = () => {
    const e = document.querySelector("[data-again]");
    if (e) setTimeout(async () => {
      try {
        const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" } });
        if (answer.redirected) { location.assign(answer.url); return; }
        if (answer.status === 429 || answer.status >= 500) throw new Error(String(answer.status));
        const text = await answer.text();
        swap(text, false, new URLSearchParams());
        if (!text.includes("data-again") && document.querySelector("[data-again]")) { location.reload(); return; }
      } catch { /* asked again below */ }
      again();
    }, 1000 * e.dataset.again);
  };
  again();

  const later = (form) => {
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => send(form), PAUSE));
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !("live" in form.dataset) || event.target.closest("[data-still]")) return;
    if (event.target.matches("[data-act]")) return;
    later(form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && "live" in form.dataset && event.target.matches("[data-act]")) send(form, { acted: true });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target, submitter = event.submitter;
    if (!("live" in form.dataset) || submitter?.matches("[data-whole]")) return;
    event.preventDefault();
    send(form, { submitter, acted: true });
  });
  addEventListener("popstate", async (event) => {
    if (!event.state) return;
    typedIn = null;
    try {
      if (!document.querySelector('form[method="post"][data-live]')) throw new Error();
      const answer = await fetch(location.href, { headers: { "X-Live": "act", "X-Requested-With": "live" } });
      const text = await answer.text();
      if (!answer.ok || answer.redirected || !text.includes("data-part")) throw new Error();
      swap(text, false, new URLSearchParams());
    } catch { location.reload(); }
  });
  history.replaceState({ live: 1 }, "");
  for (const each of document.querySelectorAll(".menu [aria-current], .sections [aria-current]"))
    each.scrollIntoView({ block: "nearest", inline: "center" });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = event.target.closest("details.me[open], details.menu-of[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const each of document.querySelectorAll("details.me[open], details.menu-of[open]"))
      if (!each.contains(event.target)) each.open = false;
  });
})();
