import { Command } from 'commander'
export const evaluate = new Command('evaluate')
