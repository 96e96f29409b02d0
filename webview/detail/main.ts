/** Entry point of the detail page. */
import './style/detail.css';
import { readPageState } from '../../shared/panel.ts';
import { type EditorApi, Host } from '../host.ts';
import { HistoryPlot } from './historyPlot.ts';
import { LogView } from './log/log.ts';
import { ActionMenu } from './menu.ts';
import { DetailPage } from './page.ts';
import { Waterfall } from './waterfall/element.ts';

declare function acquireVsCodeApi(): EditorApi;

customElements.define('jobdeck-history', HistoryPlot);
customElements.define('jobdeck-log', LogView);
customElements.define('jobdeck-menu', ActionMenu);
customElements.define('jobdeck-waterfall', Waterfall);
customElements.define('jobdeck-detail', DetailPage);

const api = acquireVsCodeApi();
const jobId = document.body.dataset.jobId ?? '';
const kept = readPageState(api.getState());
const state = kept?.jobId === jobId ? kept : { jobId, attempt: null, open: [], tab: null, wrap: false };
const host = new Host(api);
const page = new DetailPage(host, state);

// Saved immediately, so that the page can be restored even if the window is reloaded before the first snapshot.
host.keep(state);
host.listen(window, (message) => page.take(message));
document.body.append(page);
host.send({ type: 'ready' });
