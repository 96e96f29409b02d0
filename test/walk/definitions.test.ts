import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';

const definitions = `// Jobs of this folder
{
  "jobs": {
    "deploy": {
      "label": "Deploy \${input:target}",
      "icon": "rocket",
      "color": "charts.purple",
      "command": "echo deployed \${input:target}",
      "inputs": [{ "id": "target", "description": "Target", "options": ["docs", "site"] }],
      "links": [{ "label": "Deployment", "url": "https://example.com/\${input:target}" }]
    },
    "slow": {
      "command": "echo 40% done; sleep 30",
      "progress": { "pattern": "(?<percent>\\\\d+)% done" }
    },
    "wrong": { "command": "true", "icon": "beeker" }
  }
}
`;

describe('Definitions', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } }, (folder) => {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, '.vscode', 'jobs.json'), definitions);
  });

  it('run from the code lens above them, which then shows the outcome', async () => {
    const { workbench } = use;
    const { page } = workbench;
    await page.keyboard.press('Control+P');
    await workbench.answer('jobs.json');
    const lens = (text: string | RegExp) => page.locator('.codelens-decoration a', { hasText: text });
    await lens(/\bRun\b/)
      .first()
      .click();
    await workbench.answer('site');
    await lens('last run: completed just now').waitFor();
    await workbench.job(/^Deploy site, Completed/).waitFor();
    await lens(/\bRun\b/)
      .nth(1)
      .click();
    await lens('40%').waitFor();
    await workbench.photograph('definitions-lenses');
  });

  it('are found by name in the Command Palette', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Run Defined Job…');
    await workbench.input.waitFor();
    await workbench.photograph('definitions-run-job');
    await workbench.answer('deploy');
    await workbench.answer('docs');
    await workbench.openPage(workbench.job(/^Deploy docs, Completed/), /^Deploy docs/);
    const panel = workbench.panel();
    await panel.getByRole('link', { name: 'Deployment' }).waitFor();
    await workbench.photograph('definitions-details');
  });
});
