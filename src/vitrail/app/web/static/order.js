// A list with `data-order`: its items are dragged by their grip, and the order of the fields follows.
// Without it, the arrows beside each item do the same.
(() => {
  let dragged = null, moved = false;
  const under = (event) => {
    const over = dragged && event.target.closest?.("[data-order] > li");
    return over && over !== dragged && over.parentNode === dragged.parentNode ? over : null;
  };
  const unmark = () => { for (const each of document.querySelectorAll(".over")) each.classList.remove("over"); };
  document.documentElement.classList.add("drags");
  document.addEventListener("pointerdown", (event) => {
    const item = event.target.closest(".grip") && event.target.closest("[data-order] > li");
    if (item) item.draggable = true;
  });
  document.addEventListener("pointerup", () => {
    for (const item of document.querySelectorAll("[data-order] > li")) if (item !== dragged) item.draggable = false;
  });
  document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("[data-order] > li"); moved = false; });
  document.addEventListener("dragover", (event) => {
    unmark();
    const over = under(event);
    if (!over) return;
    event.preventDefault();
    over.classList.add("over");
  });
  document.addEventListener("drop", (event) => {
    const over = under(event);
    if (!over) return;
    event.preventDefault();
    const after = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
    over.parentNode.insertBefore(dragged, after ? over.nextSibling : over);
    moved = true;
  });
  document.addEventListener("dragend", () => {
    unmark();
    if (!dragged) return;
    dragged.draggable = false;
    const form = dragged.closest("form");
    dragged = null;
    if (form && moved) form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  });
})();
