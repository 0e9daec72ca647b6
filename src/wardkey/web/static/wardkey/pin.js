// A PIN of six digits that nobody guesses first. It is made here, and goes nowhere.

export const LENGTH = 6;

// Digits of the system's own random source, each as likely as any other.
function digits() {
  const found = [];
  while (found.length < LENGTH) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 250) found.push(byte % 10);
  }
  return found;
}

export function suggested() {
  for (;;) {
    const pin = digits().join("");
    if (!isWeak(pin)) return pin;
  }
}

// What people try first: the same digit again, digits in a row, parts that come twice or backwards,
// and days.
export function isWeak(pin) {
  return hasNeighbours(pin) || hasPattern(pin) || isDay(pin);
}

function hasNeighbours(pin) {
  const steps = [...pin].slice(1).map((digit, at) => digit - pin[at]);
  const inARow = (step) => steps.some((each, at) => each === step && steps[at + 1] === step);
  return steps.includes(0) || inARow(1) || inARow(-1);
}

function hasPattern(pin) {
  const isTwice = /^(\d{2,3})\1/.test(pin) || /(\d{2})\1/.test(pin);
  const isMirrored = pin === [...pin].reverse().join("");
  return isTwice || isMirrored || new Set(pin).size < 4;
}

// As DDMMYY, MMDDYY or YYMMDD, and as a year with two digits more.
function isDay(pin) {
  const [a, b, c] = [0, 2, 4].map((at) => Number(pin.slice(at, at + 2)));
  const isDayAndMonth = (day, month) => day >= 1 && day <= 31 && month >= 1 && month <= 12;
  const hasYear = /^(19|20)\d\d/.test(pin) || /(19|20)\d\d$/.test(pin);
  return isDayAndMonth(a, b) || isDayAndMonth(b, a) || isDayAndMonth(c, b) || hasYear;
}
