"""Every change that can be asked for, a module each; `registry` names them all."""
