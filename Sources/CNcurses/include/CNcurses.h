// The part of ncurses and of signal handling that Swift cannot say: macros, global variables and async-signal-safe code.

#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// Attributes of text; the values are ncurses' own.
uint32_t tc_bold(void);
uint32_t tc_dim(void);
uint32_t tc_underline(void);
uint32_t tc_reverse(void);

// Opens the terminal on two descriptors. The size comes from the terminal itself.
// Returns 0, or -1 when terminfo does not know `term`, or -2 when it cannot place the cursor.
int tc_open(const char *term, int input, int output);

// Prepares colours with the terminal's own as default and returns how many there are; 0 without colour.
int tc_start_colors(void);

// True when terminfo says that a colour's number is its parts of red, green and blue.
bool tc_has_direct_color(void);

// A colour pair of two colours, -1 being the terminal's own; 0 when there is none left.
int tc_pair(int foreground, int background);

// Forgets all colour pairs, of which a terminal may have few; everything is to be drawn anew with those made afterwards.
void tc_forget_pairs(void);

// Draws cells into a row from a column: `text` holds the scalars of all cells, `lengths` how many belong to each.
void tc_draw(int row, int column, int count, const uint32_t *text, const uint8_t *lengths, const uint32_t *attributes,
             const int *pairs);

// Blanks a row.
void tc_clear_row(int row);

// Puts everything drawn since the last time on the terminal, and the cursor at a place, of which the terminal is told
// without regard to where it may be: behind something of whose width it may think otherwise.
void tc_place(int row, int column);

// Whether what does not fit into a row goes on in the next one, as it does unless told otherwise.
void tc_wrap(bool is_on);

// Puts everything drawn since the last time on the terminal, with the cursor at a place or hidden when `row` is negative.
void tc_update(int row, int column);

// Draws everything anew with the next update.
void tc_redraw_all(void);

// Rings the bell at once.
void tc_bell(void);

// Sends a sequence that ncurses knows nothing of and that changes nothing on the screen.
void tc_send(const char *text, size_t length);

// Tells ncurses which size the terminal has now; everything is drawn anew with the next update.
void tc_resize(int width, int height);

// Reads the terminal's size; returns false when it does not tell.
bool tc_size(int descriptor, int *width, int *height);

// The string that terminfo has for a capability, or NULL.
const char *tc_capability(const char *name);

// The columns that ncurses will advance for a scalar; -1 when it cannot be drawn.
int tc_width(uint32_t scalar);

// Leaves the full screen: idempotent. `tc_enter` comes back to it.
void tc_leave(void);
void tc_enter(void);

// Makes signals bytes in a pipe: INT, TERM, HUP, QUIT, TSTP, CONT, WINCH. Returns the end to read, or -1.
int tc_forward_signals(void);

// Notes that the signals so far were read. One more that ends the program, sent before that, ends it at once: the reader
// hangs, as it does when a terminal takes no output.
void tc_signals_were_read(void);

// True when this process is in the terminal's foreground; in the background the terminal is the shell's.
bool tc_is_foreground(void);

// Stops the whole job as ^Z does in a program that does not catch it; returns when the shell continues it.
void tc_stop_job(void);

// Makes a crash (SEGV, BUS, ILL, TRAP, FPE, ABRT) restore the terminal, say `message` and end by the same signal.
void tc_guard_crashes(const char *message);

// Ends the process by a signal's default action.
void tc_die(int signal_number);

#endif
