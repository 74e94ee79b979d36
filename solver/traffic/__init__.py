"""When craft land and leave: windows in, proposed slots out, to the minute. What reads or checks loads no constraint solver."""
