/** M/results: what was declared stands on the page; here the visitor's own browser opens it once more.
 * @module */
import { BoardSource, type Summary } from '../app/board.js';
import { judgeAgain } from '../app/lawagain.js';
import { need, pageData } from '../app/page.js';
import { proveAll } from '../app/proving.js';

const { case: caseId, meeting } = pageData<{ case: string; meeting: string }>('board-page');
const source = new BoardSource(caseId, meeting);

void source.ask<Summary>({ get: 'summary' }).then(async (summary) => {
  const proven = (summary.vectors?.length ?? 0) > 0 ? await proveAll(need('[data-proof]'), source, summary) : [];
  await judgeAgain(need('[data-law]'), caseId, summary, proven);
});
