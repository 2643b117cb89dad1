/** The status of a job as a function of its spec and what is observed. Pure: no client, the time is an argument. */
package dev.advtrain.operator.status;
