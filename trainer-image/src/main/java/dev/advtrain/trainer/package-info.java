/** Trains, attacks and measures models; the program that the operator's Jobs run. */
package dev.advtrain.trainer;
