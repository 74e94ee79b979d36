// Starts the components of a page. The two classes are set here, not by an inline script, so that the pages need no nonce.
import { initAll } from "govuk-frontend";
import { followRun } from "./runs/live.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
followRun();
