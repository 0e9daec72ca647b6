// What was asked for, once it is certain who asks: the page anew, or the form with all that was typed.
export function sendAgain() {
  const typed = document.getElementById("typed");
  if (!typed) return window.location.reload();
  // A field may be called "submit"; the method is still there.
  HTMLFormElement.prototype.submit.call(typed);
}
