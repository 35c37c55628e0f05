/**
 * What is pasted from a web page, a chat or a document, as a clerk would have typed it: lines kept, invisible signs
 * and odd blanks gone. Emoji stay, also those joined of several.
 */
export function plainText(pasted: string): string {
  return pasted
    .replace(/\r\n?/g, '\n')
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\t]/g, ' ')
    .replace(/[\u200b\u200c\u2060\ufeff\u00ad]/g, '')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** A paste into a text field, cleaned; undo works as for any other input. */
export function pastePlain(event: ClipboardEvent): void {
  const pasted = event.clipboardData?.getData('text/plain')
  if (!pasted) return
  const clean = plainText(pasted)
  if (clean === pasted) return
  event.preventDefault()
  document.execCommand('insertText', false, clean)
}
