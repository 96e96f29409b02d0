/** Entry point of the statistics page. */
import './style/stats.css';
import { readStatsPageState, type StatsMessage, type StatsPageMessage } from '../../shared/statsPanel.ts';
import type { EditorApi } from '../host.ts';
import { DayPlot } from './dayPlot.ts';
import { StatsPage } from './page.ts';

declare function acquireVsCodeApi(): EditorApi;

customElements.define('jobdeck-days', DayPlot);
customElements.define('jobdeck-stats', StatsPage);

const api = acquireVsCodeApi();
const page = new StatsPage((message: StatsPageMessage) => api.postMessage(message));

// Saved immediately, so that the page can be restored even if the window is reloaded before the first message.
api.setState(readStatsPageState(api.getState()));
window.addEventListener('message', ({ data }: MessageEvent<StatsMessage>) => {
  api.setState({ days: data.days });
  page.message = data;
});
document.body.append(page);
api.postMessage({ type: 'ready' } satisfies StatsPageMessage);
