import MarkdownIt from 'markdown-it'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/**
 * The user's guide (docs/guide/*.md) as modules: `title` and `html`, made when the application is built, so that help
 * works without internet and no Markdown is parsed in the browser. Pictures become files of the application; one that
 * has not been made yet is left out. Links between chapters stay inside the application.
 */
export function guide(): Plugin {
  const markdown = new MarkdownIt({ html: false, linkify: false })
  return {
    name: 'guide',
    enforce: 'pre',
    transform(source, path) {
      if (!path.endsWith('.md')) return undefined
      const pictures: string[] = []
      const text = source
        .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
        .replaceAll(/!\[([^\]]*)\]\((images\/[\w.-]+)\)/g, (_, words: string, file: string) => {
          if (!existsSync(join(dirname(path), file))) return ''
          pictures.push(file)
          return `![${words}](PICTURE-${pictures.length - 1})`
        })
        .replaceAll(/\]\(([\w-]+)\.md(#[^)]*)?\)/g, (_, chapter: string) => `](/help/${chapter})`)
      const html = JSON.stringify(markdown.render(text)).replaceAll(/PICTURE-(\d+)/g, (_, index: string) => `"+p${index}+"`)
      const title = /^# (.+)$/m.exec(source)?.[1] ?? ''
      const imports = pictures.map((file, index) => `import p${index} from './${file}'`).join('\n')
      return { code: `${imports}\nexport const title = ${JSON.stringify(title)}\nexport const html = ${html}\n`, map: null }
    },
  }
}
