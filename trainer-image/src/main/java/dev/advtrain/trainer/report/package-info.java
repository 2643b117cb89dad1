/**
 * {@code report.html}: a report for people, one file that needs nothing else. Values are prepared in Java, laid out by the
 * templates beside {@code report.css}.
 */
package dev.advtrain.trainer.report;
