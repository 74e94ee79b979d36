"""The lottery of `ex-ante`: equal chances before the draw, by column generation in exact fractions."""
