/** Whether two environments may be in one account: yes, unless the spec gives both and they differ. */
export function mayShareAccount(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}
