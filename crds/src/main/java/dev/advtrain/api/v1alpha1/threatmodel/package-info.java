/** What an attacker may do to inputs after deployment (evasion). */
package dev.advtrain.api.v1alpha1.threatmodel;
