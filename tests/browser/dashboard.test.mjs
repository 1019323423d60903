// The dashboard in a real browser against the real server: what a person sees and does.
//     ONDA_BIN=build/release/onda node --test tests/browser/
// One server for all of them, so one after the other.
import './pages/numbers.mjs';
import './pages/work.mjs';
import './pages/looks.mjs';
import './pages/eyes.mjs';
import './pages/people.mjs';
import './pages/twice.mjs';
import './pages/trouble.mjs';
import './pages/past.mjs';
import './pages/steps.mjs';
// Last: afterwards the server is no demo any more.
import './pages/away.mjs';
