/** Indents JSON without reading its numbers, which keep all their digits; other text stays as it is. */
export function indentJson(text: string): string {
  if (!isJson(text)) return text;
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+|[{[]\s*[}\]]|[{}[\],:]/g, (token) => {
    if (token.startsWith('"')) return token;
    switch (token[0]) {
      case '{':
      case '[':
        // An empty one stays on its line.
        if (token.length > 1) return `${token[0]}${token.at(-1)}`;
        depth += 1;
        return `${token}${line()}`;
      case '}':
      case ']':
        depth -= 1;
        return `${line()}${token}`;
      case ',':
        return `,${line()}`;
      case ':':
        return ': ';
      default:
        return '';
    }
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
