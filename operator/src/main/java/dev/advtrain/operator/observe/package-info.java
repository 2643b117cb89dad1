/** What is, read from Jobs and pods. Pure: no client, no clock. Nothing is remembered between two looks. */
package dev.advtrain.operator.observe;
