/*
 * A line between two network namespaces: two TUN devices, and between them delay, a rate, a queue that overflows, and packets
 * that get lost. The kernel's own TCP runs over it.
 *
 *   line ROUND_TRIP_MS BYTES_PER_SECOND QUEUE_MS LOSS NEAR_NAMESPACE NEAR_DEVICE FAR_NAMESPACE FAR_DEVICE
 *
 * Each direction has half of the round trip and all of the rate. A packet that would wait in the queue for longer than QUEUE_MS
 * is dropped. LOSS is the probability that one is lost that comes from the far end, where the server is. Says "ready" once both
 * devices are there; and when it is asked to end, what has become of the packets. Needs root.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	MTU = 1500,
	/* On their way at the same time, at most: some 50 MB. */
	MOST_PACKETS = 1 << 15,
};

#define NS_PER_MS 1000000.0
#define NS_PER_S 1000000000ull

struct packet {
	uint64_t due_ns;
	int length;
	unsigned char bytes[MTU];
};

/* What leaves one device and enters the other. */
struct direction {
	int from, to;
	double bytes_per_second, loss;
	uint64_t delay_ns, longest_queue_ns;
	/* Until when the packets that are queued already keep the line busy. */
	uint64_t busy_until_ns;
	unsigned short dice[3];
	unsigned long carried, lost, dropped;

	/* Packets on their way, a ring: `first` is the next to arrive. */
	struct packet *packets;
	size_t first, count;
	pthread_mutex_t lock;
	pthread_cond_t sent;
};

static void give_up(const char *what) {
	perror(what);
	exit(1);
}

static uint64_t now_ns(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Makes a TUN device in a namespace. It is gone when this process is. */
static int open_device(const char *namespace, const char *device) {
	int where = open(namespace, O_RDONLY);
	if (where < 0 || setns(where, CLONE_NEWNET)) give_up(namespace);
	close(where);
	int tun = open("/dev/net/tun", O_RDWR);
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	strncpy(request.ifr_name, device, IFNAMSIZ - 1);
	if (tun < 0 || ioctl(tun, TUNSETIFF, &request)) give_up("/dev/net/tun");
	return tun;
}

/* When a packet that is sent now arrives; 0 where it never does. */
static uint64_t arrival_ns(struct direction *line, int length) {
	uint64_t now = now_ns();
	if (line->busy_until_ns < now) line->busy_until_ns = now;
	if (line->busy_until_ns - now > line->longest_queue_ns || line->count == MOST_PACKETS) {
		line->dropped++;
		return 0;
	}
	line->busy_until_ns += length / line->bytes_per_second * NS_PER_S;
	/* It has taken its time on the line, and then it is lost. */
	if (erand48(line->dice) < line->loss) {
		line->lost++;
		return 0;
	}
	return line->busy_until_ns + line->delay_ns;
}

static void *send_packets(void *argument) {
	struct direction *line = argument;
	unsigned char bytes[MTU];
	for (;;) {
		int length = read(line->from, bytes, sizeof bytes);
		/* Before the device is up, there is nothing to read. */
		if (length <= 0) {
			usleep(1000);
			continue;
		}
		pthread_mutex_lock(&line->lock);
		uint64_t due_ns = arrival_ns(line, length);
		if (due_ns > 0) {
			struct packet *packet = &line->packets[(line->first + line->count++) % MOST_PACKETS];
			packet->due_ns = due_ns;
			packet->length = length;
			memcpy(packet->bytes, bytes, length);
			pthread_cond_signal(&line->sent);
		}
		pthread_mutex_unlock(&line->lock);
	}
	return NULL;
}

static void *deliver_packets(void *argument) {
	struct direction *line = argument;
	for (;;) {
		pthread_mutex_lock(&line->lock);
		while (line->count == 0) pthread_cond_wait(&line->sent, &line->lock);
		/* Until it is taken out of the ring below, nobody writes over it. */
		struct packet *packet = &line->packets[line->first];
		pthread_mutex_unlock(&line->lock);

		struct timespec due = {packet->due_ns / NS_PER_S, packet->due_ns % NS_PER_S};
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
		if (write(line->to, packet->bytes, packet->length) == packet->length) line->carried++;

		pthread_mutex_lock(&line->lock);
		line->first = (line->first + 1) % MOST_PACKETS;
		line->count--;
		pthread_mutex_unlock(&line->lock);
	}
	return NULL;
}

static void start(struct direction *line) {
	line->packets = malloc(MOST_PACKETS * sizeof *line->packets);
	if (!line->packets) give_up("memory for packets");
	pthread_mutex_init(&line->lock, NULL);
	pthread_cond_init(&line->sent, NULL);
	pthread_t thread;
	if (pthread_create(&thread, NULL, send_packets, line) || pthread_create(&thread, NULL, deliver_packets, line)) give_up("threads");
}

int main(int count, char **argument) {
	if (count != 9) {
		fprintf(stderr, "line ROUND_TRIP_MS BYTES_PER_SECOND QUEUE_MS LOSS NEAR_NAMESPACE NEAR_DEVICE FAR_NAMESPACE FAR_DEVICE\n");
		return 2;
	}
	/* Before there are threads, which would get the signals. */
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);

	/* It measures: on a busy machine, the others wait. */
	setpriority(PRIO_PROCESS, 0, -20);

	int near = open_device(argument[5], argument[6]), far = open_device(argument[7], argument[8]);
	struct direction there = {
		.from = near,
		.to = far,
		.delay_ns = atof(argument[1]) / 2 * NS_PER_MS,
		.bytes_per_second = atof(argument[2]),
		.longest_queue_ns = atof(argument[3]) * NS_PER_MS,
		.dice = {1, 2, 3},
	};
	struct direction back = there;
	back.from = far;
	back.to = near;
	back.loss = atof(argument[4]);
	start(&there);
	start(&back);
	puts("ready");
	fflush(stdout);

	int signal;
	sigwait(&ends, &signal);
	printf("from the server: %lu packets arrived, %lu were lost, %lu found the queue full\n", back.carried, back.lost, back.dropped);
	return 0;
}
