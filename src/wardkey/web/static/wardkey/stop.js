// Stop this: the code of a link stands in its fragment, which no server and no log sees.
function useCodeOfLink() {
  const code = window.location.hash.slice(1);
  if (!code) return;
  // Nor does the browser's history keep it.
  window.history.replaceState(null, "", window.location.pathname);
  document.getElementById("stop").elements.code.value = code;
}

window.addEventListener("hashchange", useCodeOfLink);
useCodeOfLink();
