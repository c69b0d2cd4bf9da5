/* The least that a terminal program does to show, move in and filter a list of 100,000 rows: what any other is compared
 * with. Usage: floor [-d]; with -d it takes all keys that wait before it draws. Keys: j k, / and text, Esc, ^L, q. */
#define _GNU_SOURCE
#include <curses.h>
#include <locale.h>
#include <string.h>

enum { ROWS = 100000, WIDTH = 72 };

static char rows[ROWS][WIDTH], lowered[ROWS][WIDTH], query[32];
static int matching[ROWS], count = ROWS, top, cursor, is_made, is_typing;

static void write_row(char *row, int i) {
    static const char *const places[] = { "Riverside", "Harbour", "Old Mill", "Northern", "Coastal", "Lake", "Valley" };
    static const char *const things[] = { "Bridge Deck", "Tunnel", "Pump House", "Sea Wall", "Viaduct" };
    snprintf(row, WIDTH, "%-9s %-13s %05d   BR-%06d   Project   Active", places[i % 7], things[i / 7 % 5], i / 35, i);
}

static void make_index(void) {
    for (int i = 0; i < ROWS; i++) {
        write_row(rows[i], i);
        for (char *from = rows[i], *to = lowered[i]; (*to = *from | (*from >= 'A' && *from <= 'Z' ? 32 : 0)); from++) to++;
    }
    is_made = 1;
}

static void narrow(void) {
    count = top = cursor = 0;
    if (!*query) { count = ROWS; return; }
    for (int i = 0; i < ROWS; i++)
        if (strstr(lowered[i], query)) matching[count++] = i;
}

static void draw(void) {
    char row[WIDTH];
    erase();
    if (cursor < top) top = cursor;
    if (cursor > top + LINES - 2) top = cursor - LINES + 2;
    for (int y = 0; y < LINES - 1 && top + y < count; y++) {
        write_row(row, *query ? matching[top + y] : top + y);
        if (top + y == cursor) attron(A_REVERSE);
        mvaddnstr(y, 0, row, COLS);
        if (top + y == cursor) attroff(A_REVERSE);
    }
    mvprintw(LINES - 1, 0, "%d of %d /%s", count ? cursor + 1 : 0, count, query);
    refresh();
}

static void press(int key) {
    size_t length = strlen(query);
    if (key == 27) { is_typing = 0; *query = 0; narrow(); }
    else if (key == 12) clearok(curscr, TRUE);
    else if (is_typing && key >= ' ' && key < 127 && length + 1 < sizeof query) {
        query[length] = key;
        query[length + 1] = 0;
        narrow();
    } else if (key == '/') { is_typing = 1; if (!is_made) make_index(); }
    else if (key == 'j' && cursor + 1 < count) cursor++;
    else if (key == 'k' && cursor > 0) cursor--;
}

int main(int count_of_arguments, char **arguments) {
    int drains = count_of_arguments > 1 && !strcmp(arguments[1], "-d"), key;
    setlocale(LC_ALL, "");
    initscr(); raw(); noecho(); nonl(); curs_set(0); keypad(stdscr, TRUE); set_escdelay(25);
    draw();
    while ((key = getch()) != 'q' || is_typing) {
        press(key);
        if (drains) {
            timeout(0);
            while ((key = getch()) != ERR) press(key);
            timeout(-1);
        }
        draw();
    }
    endwin();
}
