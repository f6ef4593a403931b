import { expect, it } from 'vitest';
import { describeRefusal } from './call-api.ts';

it.each([
  ['{"message":"Branch cannot be merged"}', 'GitLab answered 406: Branch cannot be merged'],
  ['{"message":["one","two"]}', 'GitLab answered 406: one; two'],
  ['{"message":{"title":["can\'t be blank"]}}', "GitLab answered 406: title can't be blank"],
  ['{"error":"body is missing"}', 'GitLab answered 406: body is missing'],
  ['{"errorMessages":["No."],"errors":{"summary":"is too long"}}', 'GitLab answered 406: No.; summary is too long'],
  ['<html>', 'GitLab answered 406'],
  ['', 'GitLab answered 406'],
])('says what a service said: %s', (text, sentence) => {
  expect(describeRefusal('GitLab', 406, text)).toBe(sentence);
});
