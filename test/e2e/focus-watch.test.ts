import { expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { expectFocus } from '../support/focus-watch.ts';
import { openPage } from '../support/page.ts';
import { describeWith } from '../support/requirement.ts';

describeWith([chromiumRequirement], 'the check of the focus in each end-to-end suite', () => {
  test('reports an action that loses the focus, and no other', async () => {
    const { page, errors, close } = await openPage(
      'data:text/html,<button>Stays</button><button onclick="this.remove()">Goes</button><input onkeydown="this.remove()">',
    );
    try {
      await page.getByRole('button', { name: 'Stays' }).click();
      await page.locator('body').click({ position: { x: 5, y: 300 } });
      await page.waitForTimeout(1_000);
      expect(errors).toEqual([]);
      await page.getByRole('button', { name: 'Goes' }).click();
      await vi.waitFor(() => expect(() => expectFocus(errors)).toThrow(/after a press on button “Goes”/));
      await page.locator('input').press('x');
      await vi.waitFor(() => expect(() => expectFocus(errors)).toThrow(/after x on input/));
      expect(errors).toHaveLength(2);
    } finally {
      await close();
    }
  });
});
