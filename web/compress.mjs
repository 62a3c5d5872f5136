// Puts a .br and a .gz beside each file of the built page that gets smaller by it, so that the server never compresses anything.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const WORTH = 0.95

function walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) {
      walk(path)
    } else if (/\.(js|css|html|svg|json)$/.test(name)) {
      const plain = readFileSync(path)
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }
      for (const [end, small] of [['.br', brotliCompressSync(plain, options)], ['.gz', gzipSync(plain, { level: 9 })]]) {
        if (small.length < plain.length * WORTH) writeFileSync(path + end, small)
      }
    }
  }
}

walk(process.argv[2])
