// Sets the theme before the first paint; src/lib/theme.ts changes it later.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('onda.theme');
  } catch (_) {
    // Storage may be closed to us; the system's choice it is.
  }
  var dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
