/** A box in the page, where that is what scrolls: in a low window the drawing itself may be out of it. */

/** Nothing is laid out for this where everything has its room. */
const STACKED = "(max-width: 900px), (max-height: 480px)";

export function bringIntoPage(box: HTMLElement): void {
  if (!matchMedia(STACKED).matches) return;
  // Once the view of the drawing has followed.
  requestAnimationFrame(() => {
    for (let around = box.closest(".canvas")?.parentElement; around; around = around.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(around).overflowY)) scrollTo(around, box);
    }
  });
}

function scrollTo(around: HTMLElement, box: HTMLElement): void {
  const seen = around.getBoundingClientRect();
  const { top, bottom } = box.getBoundingClientRect();
  if (top < seen.top) around.scrollTop += top - seen.top;
  else if (bottom > seen.bottom) around.scrollTop += bottom - seen.bottom;
}
