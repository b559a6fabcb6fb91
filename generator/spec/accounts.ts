/** Whether two environments may be in one account: false only if the spec gives two different account ids. */
export function mayShareAccount(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}
