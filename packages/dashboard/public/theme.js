// Before the first paint: the colours a person chose, else those of the system.
(() => {
  const chosen = localStorage.getItem("harness.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
