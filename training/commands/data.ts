import { Command } from 'commander'
export const data = new Command('data')
