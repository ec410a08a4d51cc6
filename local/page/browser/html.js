import htm from 'htm';
import { h } from 'preact';

/** Markup in template strings, without a build step. */
export const html = htm.bind(h);
