import { Command } from 'commander'
export const publish = new Command('publish')
