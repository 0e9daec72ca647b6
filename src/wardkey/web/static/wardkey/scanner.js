// A hand scanner is a keyboard: it types what it reads, quickly, and then Enter. Wherever the focus
// is, that goes to one field, and its Enter presses nothing.

const SERIAL = /^[A-Za-z0-9._/-]{4,40}$/;
// Milliseconds from key to key. Into a field people type too, and fast; on a button they do not.
const IN_A_FIELD = 35;
const ELSEWHERE = 1000;

export function listen(field, scanned) {
  let run = { typed: "", last: -Infinity, into: null, before: "" };

  function gap(event) {
    return isText(event.target) ? IN_A_FIELD : ELSEWHERE;
  }

  function note(event) {
    const goesOn = event.timeStamp - run.last < gap(event) && run.into === event.target;
    if (!goesOn) run = { typed: "", into: event.target, before: event.target.value ?? "" };
    run.typed += event.key;
    run.last = event.timeStamp;
  }

  function ends(event) {
    const isScan = event.timeStamp - run.last < gap(event) && SERIAL.test(run.typed);
    const isOfField = event.target === field;
    if (isScan || isOfField) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (isScan) take();
    if (isScan || (isOfField && field.value)) scanned(field.value.trim());
    run = { typed: "", last: -Infinity, into: null, before: "" };
  }

  // What the scanner typed elsewhere is taken out again. In its own field it stands where it is.
  function take() {
    if (run.into === field) return;
    if (isText(run.into)) run.into.value = run.before;
    field.value = run.typed;
  }

  // A second scan stands in place of the first.
  field.addEventListener("focus", () => field.select());

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter") ends(event);
      else if (event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey) note(event);
    },
    true,
  );
}

function isText(element) {
  return element instanceof HTMLInputElement && !["checkbox", "radio"].includes(element.type);
}
