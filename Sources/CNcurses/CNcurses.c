#define _XOPEN_SOURCE_EXTENDED 1
#define _GNU_SOURCE 1
#define NCURSES_WIDECHAR 1

#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

uint32_t tc_bold(void) { return A_BOLD; }
uint32_t tc_dim(void) { return A_DIM; }
uint32_t tc_underline(void) { return A_UNDERLINE; }
uint32_t tc_reverse(void) { return A_REVERSE; }

// Bracketed paste and focus reports, which terminfo of this age does not name.
#define MODES_ON "\033[?2004h\033[?1004h"
#define MODES_OFF "\033[?1004l\033[?2004l"

static SCREEN *screen;
static FILE *output_file;
static int input_descriptor = -1;
static int output_descriptor = -1;
static struct termios saved_modes;
static struct termios raw_modes;
static volatile sig_atomic_t is_entered;
// What ncurses sent so far may end within a sequence, until it sends a whole frame.
static bool awaits_modes;

// Everything a crash needs is prepared before it: a handler may only write and set modes.
static char restore_text[512];
static size_t restore_length;
static char crash_message[512];
static size_t crash_length;

static void write_all(int descriptor, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

// Appends without the padding of old terminals, $<5>, which only tputs knows to replace by a pause.
static void append_capability(const char *name) {
    const char *text = tc_capability(name);
    while (text != NULL && *text != '\0' && restore_length + 1 < sizeof restore_text) {
        const char *end = text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
        if (end == NULL) restore_text[restore_length++] = *text++;
        else text = end + 1;
    }
}

static void prepare_restore_text(void) {
    restore_length = strlen(MODES_OFF);
    memcpy(restore_text, MODES_OFF, restore_length);
    append_capability("smam");
    append_capability("sgr0");
    append_capability("cnorm");
    append_capability("rmcup");
}

static void set_raw_modes(void) {
    raw_modes = saved_modes;
    raw_modes.c_iflag &= ~(tcflag_t)(IXON | IXOFF | ICRNL | INLCR | IGNCR | ISTRIP);
    raw_modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
    raw_modes.c_cc[VMIN] = 0;
    raw_modes.c_cc[VTIME] = 0;
    tcsetattr(input_descriptor, TCSADRAIN, &raw_modes);
}

static void restore_at_exit(void) { tc_leave(); }

int tc_open(const char *term, int input, int output) {
    static bool is_registered;
    int error = 0;
    if (setupterm(term, output, &error) != OK) return -1;
    if (tc_capability("cup") == NULL || tc_capability("clear") == NULL) return -2;
    if (tcgetattr(input, &saved_modes) != 0) return -2;
    input_descriptor = input;
    output_descriptor = output;
    output_file = fdopen(dup(output), "w");
    if (output_file == NULL) return -2;
    FILE *input_file = fdopen(dup(input), "r");
    screen = newterm(term, output_file, input_file);
    if (screen == NULL) return -1;
    set_term(screen);
    // Frames are whole screens: ncurses must neither scroll nor move what it thinks is the same.
    scrollok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    noecho();
    nonl();
    prepare_restore_text();
    set_raw_modes();
    def_prog_mode();
    is_entered = 1;
    if (!is_registered) atexit(restore_at_exit);
    is_registered = true;
    awaits_modes = true;
    return 0;
}

int tc_start_colors(void) {
    if (!has_colors() || start_color() != OK) return 0;
    use_default_colors();
    return COLORS;
}

bool tc_has_direct_color(void) {
    char name[] = "RGB";
    return tigetflag(name) > 0 || tigetnum(name) > 0 || tc_capability(name) != NULL;
}

int tc_pair(int foreground, int background) {
    if (foreground < 0 && background < 0) return 0;
    int pair = alloc_pair(foreground, background);
    return pair < 0 ? 0 : pair;
}

void tc_forget_pairs(void) { reset_color_pairs(); }

void tc_draw(int row, int column, int count, const uint32_t *text, const uint8_t *lengths, const uint32_t *attributes,
             const int *pairs) {
    enum { capacity = 1024 };
    static cchar_t cells[capacity];
    int used = count < capacity ? count : capacity;
    for (int index = 0; index < used; index++) {
        wchar_t letters[CCHARW_MAX + 1];
        int length = lengths[index] < CCHARW_MAX ? lengths[index] : CCHARW_MAX;
        for (int part = 0; part < length; part++) letters[part] = (wchar_t)text[part];
        letters[length] = L'\0';
        text += lengths[index];
        // The number of a pair may need more than a short: since ncurses 6.1 the last argument takes it whole.
        int pair = pairs[index];
        if (setcchar(&cells[index], letters, attributes[index], 0, &pair) != OK)
            setcchar(&cells[index], L"?", attributes[index], 0, &pair);
    }
    mvwadd_wchnstr(stdscr, row, column, cells, used);
    // A row longer than the store goes on where the first part ended, which wide characters decide.
    if (count > used) {
        int next = column;
        for (int index = 0; index < used; index++) {
            int width = wcwidth(cells[index].chars[0]);
            next += width > 0 ? width : 1;
        }
        tc_draw(row, next, count - used, text, lengths + used, attributes + used, pairs + used);
    }
}

void tc_clear_row(int row) {
    wmove(stdscr, row, 0);
    wclrtoeol(stdscr);
}

static int put_character(int character) { return putc(character, output_file); }

void tc_place(int row, int column) {
    int last = column < COLS ? column : COLS - 1;
    wmove(stdscr, row, last);
    wnoutrefresh(stdscr);
    doupdate();
    // ncurses believes that the cursor is there, and its mvcur writes to standard output: where to, not how far.
    tputs(tiparm(tc_capability("cup"), row, last), 1, put_character);
    fflush(output_file);
}

void tc_wrap(bool is_on) {
    const char *text = tc_capability(is_on ? "smam" : "rmam");
    if (text != NULL) tc_send(text, strlen(text));
}

void tc_update(int row, int column) {
    if (row >= 0) {
        curs_set(1);
        wmove(stdscr, row, column);
    } else {
        curs_set(0);
        wmove(stdscr, LINES - 1, 0);
    }
    wnoutrefresh(stdscr);
    doupdate();
    fflush(output_file);
    if (awaits_modes) write_all(output_descriptor, MODES_ON, strlen(MODES_ON));
    awaits_modes = false;
}

void tc_redraw_all(void) { clearok(curscr, TRUE); }

void tc_bell(void) {
    beep();
    fflush(output_file);
}

void tc_send(const char *text, size_t length) {
    fflush(output_file);
    write_all(output_descriptor, text, length);
}

void tc_resize(int width, int height) {
    resizeterm(height, width);
    // It may have had other sizes since, and lost by them what ncurses takes to be there.
    clearok(curscr, TRUE);
}

bool tc_size(int descriptor, int *width, int *height) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *width = size.ws_col;
    *height = size.ws_row;
    return true;
}

const char *tc_capability(const char *name) {
    const char *text = tigetstr(name);
    return text == NULL || text == (const char *)-1 ? NULL : text;
}

int tc_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

void tc_leave(void) {
    if (!is_entered) return;
    is_entered = 0;
    endwin();
    fflush(output_file);
    write_all(output_descriptor, MODES_OFF, strlen(MODES_OFF));
    tcsetattr(input_descriptor, TCSADRAIN, &saved_modes);
}

void tc_enter(void) {
    if (is_entered) return;
    set_raw_modes();
    reset_prog_mode();
    is_entered = 1;
    awaits_modes = true;
    clearok(curscr, TRUE);
}

// Signals become bytes

static int signal_pipe[2] = {-1, -1};
static volatile sig_atomic_t ending_is_unread;

static void end_at_once(int number);

static void forward(int number) {
    int saved = errno;
    if (number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT) {
        if (ending_is_unread && is_entered) end_at_once(number);
        ending_is_unread = 1;
    }
    unsigned char byte = (unsigned char)number;
    // A full pipe holds signals enough.
    ssize_t ignored = write(signal_pipe[1], &byte, 1);
    (void)ignored;
    errno = saved;
}

static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};

int tc_forward_signals(void) {
    if (signal_pipe[0] >= 0) return signal_pipe[0];
    if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    for (size_t index = 0; index < sizeof forwarded / sizeof *forwarded; index++) {
        struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};
        sigfillset(&action.sa_mask);
        sigaction(forwarded[index], &action, NULL);
    }
    return signal_pipe[0];
}

void tc_signals_were_read(void) { ending_is_unread = 0; }

bool tc_is_foreground(void) { return tcgetpgrp(input_descriptor) == getpgrp(); }

void tc_stop_job(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL}, previous;
    sigset_t only, before;
    sigemptyset(&only);
    sigaddset(&only, SIGTSTP);
    pthread_sigmask(SIG_BLOCK, &only, &before);
    sigaction(SIGTSTP, &standard, &previous);
    kill(0, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &previous, NULL);
}

// Crashes

static void restore_in_handler(void) {
    is_entered = 0;
    write_all(output_descriptor, restore_text, restore_length);
    tcsetattr(input_descriptor, TCSANOW, &saved_modes);
}

static void crash(int number) {
    if (is_entered) {
        restore_in_handler();
        write_all(output_descriptor, crash_message, crash_length);
    }
    tc_die(number);
}

// What waits to be shown is dropped, so that there is room for what restores the terminal.
static void end_at_once(int number) {
    tcflush(output_descriptor, TCOFLUSH);
    restore_in_handler();
    tc_die(number);
}

void tc_guard_crashes(const char *message) {
    static char stack[64 * 1024];
    stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    crash_length = strlen(message);
    if (crash_length > sizeof crash_message) crash_length = sizeof crash_message;
    memcpy(crash_message, message, crash_length);
    const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
    for (size_t index = 0; index < sizeof fatal / sizeof *fatal; index++) {
        struct sigaction action = {.sa_handler = crash, .sa_flags = SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        sigaction(fatal[index], &action, NULL);
    }
}

void tc_die(int number) {
    signal(number, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    raise(number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
}
