const WIDTH = 30;

/** `[#########---------------------] 30 % (3000 of 10000)`. */
export function formatBar(done: number, total: number): string {
  const share = total === 0 ? 1 : done / total;
  const filled = Math.floor(share * WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} % (${done} of ${total})`;
}
