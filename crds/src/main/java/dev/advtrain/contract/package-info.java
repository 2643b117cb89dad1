/** What operator and trainer agree on: exit codes, termination messages, arguments, names of files and folders. */
package dev.advtrain.contract;
