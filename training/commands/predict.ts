import { Command } from 'commander'
export const predict = new Command('predict')
