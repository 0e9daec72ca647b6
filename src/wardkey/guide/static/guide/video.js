// The list of chapters moves the player; without this script each link opens the video there.
const video = document.getElementById("video");
for (const link of document.querySelectorAll("a[data-begins]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    video.currentTime = Number(link.dataset.begins);
    video.focus();
  });
}
