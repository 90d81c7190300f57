// Files sent in pieces with a bar of progress. Without it the form sends the file whole.
(() => {
  const PIECE = 4 * 1024 * 1024, TRIES = 5;
  const form = document.querySelector("form[data-upload]");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  const post = (address, body, told) => new Promise((done, failed) => {
    const asked = new XMLHttpRequest();
    asked.open("POST", address);
    asked.setRequestHeader("Content-Type", "application/octet-stream");
    asked.upload.onprogress = (event) => told(event.loaded);
    asked.onload = () => { try { done([asked.status, JSON.parse(asked.responseText)]); } catch { done([asked.status, {}]); } };
    asked.onerror = () => failed(new Error("network"));
    asked.send(body);
  });

  const send = async (file) => {
    const bar = form.querySelector("progress"), said = form.querySelector("[data-said]"), bad = document.getElementById("bad");
    const total = file.size || 1;
    bad.hidden = true;
    bar.hidden = said.hidden = false;
    form.classList.add("sending");
    let at = 0, id = "", tries = 0;
    const tell = (sent) => {
      bar.value = Math.min(1, (at + sent) / total);
      said.textContent = form.dataset.sending.replace("{share}", Math.round(bar.value * 100) + "\u00a0%");
    };
    for (;;) {
      const asked = new URLSearchParams({ name: file.name, size: file.size, at, ...(id && { id }) });
      try {
        const [status, answer] = await post(`${form.dataset.upload}?${asked}`, file.slice(at, at + PIECE), tell);
        if (answer.next) { location.assign(answer.next); return; }
        if (status === 400 && answer.size) { at = Number(answer.size); continue; }
        if (status >= 400 && status !== 429 && status < 500) {
          bad.textContent = (answer.problems || [form.dataset.failed]).join(" ");
          break;
        }
        if (status >= 400) throw new Error(String(status));
        id = answer.id; at = answer.size; tries = 0;
      } catch {
        if (++tries > TRIES) { bad.textContent = form.dataset.failed; break; }
        await pause(500 * 2 ** tries);
      }
    }
    bad.hidden = false;
    bar.hidden = said.hidden = true;
    form.classList.remove("sending");
    bad.focus();
  };

  if (form) {
    const field = form.querySelector("input[type=file]"), place = form.querySelector(".drop");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.files.length) send(field.files[0]); else field.focus();
    });
    field.addEventListener("change", () => { if (field.files.length) send(field.files[0]); });
    for (const each of ["dragenter", "dragover"]) place.addEventListener(each, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
    for (const each of ["dragleave", "drop"]) place.addEventListener(each, () => place.classList.remove("over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
    });
  }
})();
