import { createPorts } from './create-ports'
import { agentMain } from './main'

const [first, ...rest] = process.argv.slice(2)
// `cairn agent …` and the file itself are the same program. Left by exit: SSH and watches may still hold sockets.
process.exit(await agentMain(first === 'agent' ? rest : process.argv.slice(2), createPorts))
