import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';

describe('A German VS Code', () => {
  const use = useEditor({ language: 'de', settings: { 'jobdeck.run.opens': 'nothing' } });

  const jobdeck = (...args: string[]) => use.jobdeck(...args);

  it('has views, rows and the status bar in German', async () => {
    const { workbench } = use;
    await workbench.section('Zeitpläne').waitFor();
    await workbench.section('Skripte').waitFor();
    await workbench.command('Jobdeck: Befehl ausführen…');
    await workbench.answer('echo "Error: listen EADDRINUSE: address already in use :::3000"; exit 1');
    await workbench
      .job(/^echo "Error: listen.*, Fehlgeschlagen, Port 3000 wird bereits verwendet\. · gerade eben/)
      .waitFor();
    await workbench.waitForStatus('0 Jobs laufen.');
  });

  it('shows in German why and when a job failed', async () => {
    const { workbench } = use;
    await workbench.openPage(workbench.job(/^echo "Error: listen/), /^echo "Error: listen/);
    const page = workbench.panel();
    await page.getByRole('region', { name: 'Fehler' }).waitFor();
    await page.getByText('Port 3000 wird bereits verwendet.').first().waitFor();
    await page.getByText(/^Ein anderes Programm/).waitFor();
    await page.getByRole('tab', { name: 'Verlauf' }).click();
    await page.getByText(/^Nach .* mit Exit-Code 1 fehlgeschlagen\.$/).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    // Day before month, and 24-hour time.
    await page.locator('time[title*=". "][title*=" um "]').first().waitFor();
    await workbench.photograph('german-detail');
    // No heading, label, button or entry is in English.
    const visible = () => page.locator('h2, h3, dt, button, summary, .entry > span').allTextContents();
    const texts = await visible();
    await page.getByRole('button', { name: 'Weitere Aktionen' }).click();
    await page.getByRole('menuitem', { name: 'Ordner öffnen' }).waitFor();
    texts.push(...(await visible()));
    await workbench.page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByRole('heading', { name: 'Zeiten' }).waitFor();
    texts.push(...(await visible()));
    assert.ok(texts.length > 30, `${texts.length} texts`);
    assert.doesNotMatch(
      texts.join('\n'),
      /\b(?:the|is|was|of|and|Run|Cancel|Retry|Created|Started|Failed|Command|Folder)\b/,
    );
  });

  it('breaks labels between words, even in a narrow panel', async () => {
    const { workbench } = use;
    const size = workbench.page.viewportSize();
    await workbench.page.setViewportSize({ width: 700, height: 800 });
    const broken = await workbench
      .panel()
      .locator('dt, thead th, h2')
      .evaluateAll((labels) =>
        labels.flatMap((label) => {
          const text = label.firstChild;
          if (!(text instanceof Text)) return [];
          return [...text.data.matchAll(/\p{L}+/gu)].flatMap(({ 0: word, index }) => {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            return range.getClientRects().length > 1 ? [word] : [];
          });
        }),
      );
    await workbench.photograph('german-narrow');
    assert.deepEqual(broken, []);
    if (size !== null) await workbench.page.setViewportSize(size);
  });

  it('compares runs in German', async () => {
    const { workbench } = use;
    const page = workbench.panel();
    await workbench.command('Jobdeck: Befehl ausführen…');
    await workbench.answer('echo "Error: listen EADDRINUSE: address already in use :::3000"; exit 1');
    await page.getByRole('heading', { name: 'Laufzeiten' }).waitFor();
    await page.getByText(/^Die letzten 2 Läufe dieses Befehls\. Median: /).waitFor();
    await page.getByRole('button', { name: /^Dieser Job: Fehlgeschlagen, \d+ m?s, / }).waitFor();
    await workbench.photograph('german-runs');
  });

  it('sorts, groups and searches in German', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Jobs sortieren und gruppieren…');
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Neueste zuerst' }).waitFor();
    await workbench.photograph('german-arrange');
    await workbench.answer('Titel');
    await workbench.section('Jobs').locator('.pane-header .description', { hasText: 'nach Titel sortiert' }).waitFor();
    await workbench.command('Jobdeck: Jobs durchsuchen…');
    await workbench.input.fill('listen');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/^Filter „listen“: 2 von 2 Jobs\.$/).waitFor();
    await workbench.command('Jobdeck: Jobs nach Datum filtern…');
    await workbench.answer('Anderer Zeitraum…');
    await workbench.input.fill('nie');
    await workbench.page.getByText(/^Möglich: ein Datum wie 2026-03-01/).waitFor();
    await workbench.photograph('german-dates');
    await workbench.input.fill('7d');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText(/^Filter „listen“ · erstellt in den letzten 7d: 2 /).waitFor();
    await workbench.command('Jobdeck: Job-Filter aufheben');
    await workbench.page.getByText(/^Filter „listen“/).waitFor({ state: 'detached' });
  });

  it('has its commands, menus and statistics in German', async () => {
    const { workbench } = use;
    const row = workbench.job(/^echo "Error: listen/).first();
    await row.click({ button: 'right' });
    await workbench.page.getByRole('menuitem', { name: 'Mit geändertem Befehl wiederholen…' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await jobdeck('submit', '--type', 'train', '--shell', '--', 'sleep 1.2');
    await workbench.command('Jobdeck: Job-Statistik anzeigen');
    await workbench.tab('Job-Statistik').waitFor();
    const page = workbench.panel();
    await page.getByRole('heading', { name: 'Jobs pro Tag' }).waitFor();
    await page.getByRole('button', { name: 'Letzte 7 Tage' }).waitFor();
    // Decimal comma.
    await page
      .getByText(/^\d+,\d\s%$/)
      .first()
      .waitFor();
    await workbench.photograph('german-stats');
  });
});
